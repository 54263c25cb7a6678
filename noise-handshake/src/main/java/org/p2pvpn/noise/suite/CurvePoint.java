package org.p2pvpn.noise.suite;

import java.util.HexFormat;

/**
 * Which of the 2^256 possible X25519 public keys may reach noise-java. It does not clear the top
 * bit of a public key, as RFC 7748, section 5, demands, and refuses no point of small order but the
 * key that is all zero. So a key like {@code daff..ff} would make a shared secret of zeros that
 * everybody knows. Nobody's honest key is refused: X25519 yields none above 2^255-20.
 *
 * <p>Checked against Wycheproof: with these two rules before it, noise-java is right wherever it is
 * asked. A list, and not a Diffie-Hellman of our own, because noise-java keeps the shared secrets
 * to itself and computing them again would cost a quarter of the handshake. Public bytes only, so
 * nothing here takes constant time.
 */
public final class CurvePoint {
  /** What is left of the seven points of WireGuard's netns.sh once encodings are canonical. */
  private static final byte[][] LOW_ORDER = {
    point("0000000000000000000000000000000000000000000000000000000000000000"),
    point("0100000000000000000000000000000000000000000000000000000000000000"),
    point("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    point("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    point("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
  };

  private static final int LAST = StaticKey.KEY_BYTES - 1;

  private CurvePoint() {}

  /** Below the field's prime, 2^255-19? */
  public static boolean isCanonical(byte[] bytes, int offset) {
    if (bytes[offset + LAST] < 0) {
      return false;
    }
    if (bytes[offset + LAST] != 0x7f) {
      return true;
    }
    for (int i = 1; i < LAST; i++) {
      if (bytes[offset + i] != -1) {
        return true;
      }
    }
    return Byte.toUnsignedInt(bytes[offset]) < 0xed;
  }

  /** Of an order that divides 8? Asked of canonical encodings. */
  public static boolean isLowOrder(byte[] bytes, int offset) {
    for (byte[] point : LOW_ORDER) {
      if (same(point, bytes, offset)) {
        return true;
      }
    }
    return false;
  }

  private static boolean same(byte[] point, byte[] bytes, int offset) {
    for (int i = 0; i < point.length; i++) {
      if (point[i] != bytes[offset + i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] point(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
