package org.p2pvpn.noise;

import static org.p2pvpn.noise.HandshakeWire.*;

import java.util.Arrays;
import java.util.Optional;
import org.p2pvpn.noise.suite.Blake2s;
import org.p2pvpn.noise.suite.SealedBox;

/**
 * A cookie on its way to an initiator. It is sealed under a key that follows from the responder's
 * static key and a random nonce, and tied to the initiation's mac1: only who saw the initiation can
 * read or forge it, which keeps out everybody but those on the path (WireGuard paper, section
 * 5.4.7).
 */
final class CookieReply {
  private CookieReply() {}

  static byte[] seal(byte[] initiation, byte[] responderStatic, byte[] nonce, byte[] cookie) {
    byte[] reply = new byte[COOKIE_REPLY_BYTES];
    putHeader(reply, TYPE_COOKIE_REPLY, (byte) 0);
    putInt(reply, COOKIE_RECEIVER_INDEX_AT, getInt(initiation, SENDER_INDEX_AT));
    System.arraycopy(nonce, 0, reply, COOKIE_NONCE_AT, COOKIE_NONCE_BYTES);
    byte[] sealed = SealedBox.seal(key(responderStatic, nonce), cookie, mac1(initiation));
    System.arraycopy(sealed, 0, reply, SEALED_COOKIE_AT, SEALED_COOKIE_BYTES);
    return reply;
  }

  static Optional<byte[]> open(
      byte[] datagram, int length, byte[] initiation, byte[] responderStatic) {
    if (length != COOKIE_REPLY_BYTES
        || length > datagram.length
        || datagram[TYPE_AT] != TYPE_COOKIE_REPLY
        || datagram[VERSION_AT] != VERSION
        || datagram[SUITE_AT] != 0
        || datagram[RESERVED_AT] != 0
        || getInt(datagram, COOKIE_RECEIVER_INDEX_AT) != getInt(initiation, SENDER_INDEX_AT)) {
      return Optional.empty();
    }
    byte[] nonce = Arrays.copyOfRange(datagram, COOKIE_NONCE_AT, SEALED_COOKIE_AT);
    byte[] sealed = Arrays.copyOfRange(datagram, SEALED_COOKIE_AT, COOKIE_REPLY_BYTES);
    return Optional.ofNullable(
        SealedBox.open(key(responderStatic, nonce), sealed, mac1(initiation)));
  }

  private static byte[] key(byte[] responderStatic, byte[] nonce) {
    return Blake2s.hash("p2pvpn cookie 1", responderStatic, nonce);
  }

  private static byte[] mac1(byte[] initiation) {
    int mac2At = INITIATION_BYTES - MAC_BYTES;
    return Arrays.copyOfRange(initiation, mac2At - MAC_BYTES, mac2At);
  }
}
