package org.p2pvpn.overlay.wire;

/** The first byte of every datagram. The handshake's own messages are laid out in its module. */
public final class MessageType {
  public static final byte DATA = 1;
  public static final byte INITIATION = 2;
  public static final byte RESPONSE = 3;
  public static final byte COOKIE_REPLY = 4;
  public static final byte VERSION_NOTICE = 5;

  /** As {@code HandshakeWire} has it. */
  public static final int INITIATION_BYTES = 1440;

  /** Ends an initiation, and is zero unless it shows a cookie. */
  private static final int MAC2_BYTES = 16;

  /**
   * An initiation in a forward frame goes without a mac2 of zeros, which the relay puts there
   * again: else it would be 5 bytes too long for a link of 1500, and NATs drop fragments.
   */
  public static final int SHORT_INITIATION_BYTES = INITIATION_BYTES - MAC2_BYTES;

  private MessageType() {}

  /** How many of a datagram's bytes a forward frame has to carry. */
  public static int forwardedBytes(byte[] datagram) {
    boolean initiation = datagram.length == INITIATION_BYTES && datagram[0] == INITIATION;
    if (!initiation) {
      return datagram.length;
    }
    for (int i = SHORT_INITIATION_BYTES; i < INITIATION_BYTES; i++) {
      if (datagram[i] != 0) {
        return datagram.length;
      }
    }
    return SHORT_INITIATION_BYTES;
  }

  public static boolean isHandshake(byte type) {
    return type >= INITIATION && type <= VERSION_NOTICE;
  }
}
