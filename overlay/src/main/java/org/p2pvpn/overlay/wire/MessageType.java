package org.p2pvpn.overlay.wire;

/** The first byte of every datagram. The handshake's own messages are laid out in its module. */
public final class MessageType {
  public static final byte DATA = 1;
  public static final byte INITIATION = 2;
  public static final byte RESPONSE = 3;
  public static final byte COOKIE_REPLY = 4;
  public static final byte VERSION_NOTICE = 5;

  private MessageType() {}

  public static boolean isHandshake(byte type) {
    return type >= INITIATION && type <= VERSION_NOTICE;
  }
}
