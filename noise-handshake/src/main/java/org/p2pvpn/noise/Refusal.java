package org.p2pvpn.noise;

/** Why an authenticated responder said no. */
public enum Refusal {
  /** It does not know us and the token, if any, is not valid there. */
  NOT_ADMITTED(1),
  /** It has no room for one more session now. */
  BUSY(2),
  /** A status byte of a later release; treat it as a no. */
  OTHER(255);

  static final byte ACCEPTED = 0;

  private final byte wireByte;

  Refusal(int wireByte) {
    this.wireByte = (byte) wireByte;
  }

  byte wireByte() {
    return wireByte;
  }

  static Refusal ofWireByte(byte wireByte) {
    for (Refusal refusal : values()) {
      if (refusal.wireByte == wireByte) {
        return refusal;
      }
    }
    return OTHER;
  }
}
