package org.p2pvpn.noise;

import java.util.HexFormat;

/**
 * The points of Curve25519 and its twist whose order divides 8: with any of them X25519's outcome
 * is all zero for every private key (RFC 7748, section 6.1), so a peer could pretend to a key
 * exchange whose secret everybody knows. noise-java refuses only the key that is all zero.
 *
 * <p>The seven encodings are those of WireGuard's netns.sh; with the top bit, which X25519 ignores,
 * they are all there are. A list and not a Diffie-Hellman of our own, because noise-java keeps the
 * shared secrets to itself and computing them again would cost a quarter of the handshake.
 */
final class LowOrder {
  private static final byte[][] POINTS = {
    point("0000000000000000000000000000000000000000000000000000000000000000"),
    point("0100000000000000000000000000000000000000000000000000000000000000"),
    point("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    point("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    point("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    point("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    point("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
  };

  private LowOrder() {}

  /** Is it one? Public bytes only, so not in constant time. */
  static boolean isLowOrder(byte[] bytes, int offset) {
    for (byte[] point : POINTS) {
      if (same(point, bytes, offset)) {
        return true;
      }
    }
    return false;
  }

  private static boolean same(byte[] point, byte[] bytes, int offset) {
    int last = point.length - 1;
    for (int i = 0; i < last; i++) {
      if (point[i] != bytes[offset + i]) {
        return false;
      }
    }
    return point[last] == (bytes[offset + last] & 0x7f);
  }

  private static byte[] point(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
