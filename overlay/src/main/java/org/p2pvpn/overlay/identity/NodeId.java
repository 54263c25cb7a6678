package org.p2pvpn.overlay.identity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** SHA-256 of a node's Ed25519 public key. Immutable. */
public final class NodeId implements Comparable<NodeId> {
  public static final int BYTES = 32;

  /** Ours: 4 bytes at the front are unique among the peers of one host for all practical sizes. */
  private static final int SHORT_HEAD_CHARS = 8;

  private final byte[] bytes;

  private NodeId(byte[] bytes) {
    this.bytes = bytes;
  }

  public static NodeId ofPublicKey(byte[] ed25519PublicKey) {
    if (ed25519PublicKey.length != 32) {
      throw new IllegalArgumentException(
          "an Ed25519 public key has 32 bytes, not " + ed25519PublicKey.length);
    }
    return new NodeId(sha256(ed25519PublicKey));
  }

  public static NodeId ofBytes(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a node id has 32 bytes, not " + bytes.length);
    }
    return new NodeId(bytes.clone());
  }

  /**
   * Reads 64 hexadecimal digits.
   *
   * @throws IllegalArgumentException which says what was expected
   */
  public static NodeId parse(String hex) {
    if (hex.length() != 2 * BYTES) {
      throw new IllegalArgumentException(
          "node id: expected 64 hexadecimal digits, found " + hex.length() + " characters");
    }
    for (int i = 0; i < hex.length(); i++) {
      if (!HexFormat.isHexDigit(hex.charAt(i))) {
        throw new IllegalArgumentException(
            "node id: expected a hexadecimal digit at position " + (i + 1));
      }
    }
    return new NodeId(HexFormat.of().parseHex(hex));
  }

  static byte[] sha256(byte[] input) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(input);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  /** For people: the first eight and the last two digits, as {@code 7f3a19c0..c1}. */
  public String shortForm() {
    String hex = toString();
    return hex.substring(0, SHORT_HEAD_CHARS) + ".." + hex.substring(hex.length() - 2);
  }

  @Override
  public int compareTo(NodeId other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeId that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** 64 lower-case hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
