package org.p2pvpn.overlay.wire;

/** Why a relay does not extend a circuit; the number is the byte on the wire. */
public enum ExtendRefusal {
  OTHER(0, "a reason that this version does not know"),
  NO_RELAY(1, "it relays for nobody"),
  UNKNOWN_NODE(2, "it does not know the next node"),
  UNREACHABLE(3, "it cannot reach the next node"),
  LOOP(4, "the next node is itself or where the circuit came from"),
  INDEX_IN_USE(5, "the circuit id is taken there"),
  TOO_MANY(6, "it carries as many circuits for this peer as it will"),
  TOO_FAST(7, "circuits were asked for too fast"),
  BUSY(8, "it is busy");

  private final int wireByte;
  private final String meaning;

  ExtendRefusal(int wireByte, String meaning) {
    this.wireByte = wireByte;
    this.meaning = meaning;
  }

  public byte wireByte() {
    return (byte) wireByte;
  }

  public String meaning() {
    return meaning;
  }

  static ExtendRefusal ofWireByte(byte wireByte) {
    for (ExtendRefusal refusal : values()) {
      if (refusal.wireByte == wireByte) {
        return refusal;
      }
    }
    return OTHER;
  }
}
