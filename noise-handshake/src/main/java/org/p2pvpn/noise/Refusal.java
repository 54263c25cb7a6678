package org.p2pvpn.noise;

/** Why an authenticated responder said no. */
public enum Refusal {
  /** It does not know us and the token, if any, is not valid there. */
  NOT_ADMITTED(1, "it does not know this node and got no valid invite"),
  /** It has no room for one more session now. */
  BUSY(2, "it is busy"),
  /** A status byte of a later release; treat it as a no. */
  OTHER(255, "it gave a reason that this version does not know");

  static final byte ACCEPTED = 0;

  private final byte wireByte;
  private final String meaning;

  Refusal(int wireByte, String meaning) {
    this.wireByte = (byte) wireByte;
    this.meaning = meaning;
  }

  /** For the person who reads the log. */
  public String meaning() {
    return meaning;
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
