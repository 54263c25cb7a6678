package org.p2pvpn.overlay.discovery.advert;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.OptionalLong;

/**
 * S/Kademlia's static puzzle: SHA-256 over a label, the node's signing key and the nonce begins
 * with so many zero bits. Bound to the identity: a nonce is worth nothing to another key, and who
 * wants many ids, or one at a chosen place, pays for each.
 *
 * @param zeroBits 0 to 40; each doubles the cost. 22 is 4 million hashes, seconds of one core
 */
public record WorkPuzzle(int zeroBits) implements Puzzle {
  /** Ours: a million hashes, half a second; a small machine pays seconds, and once only. */
  public static final int DEFAULT_BITS = 20;

  private static final byte[] LABEL = "p2pvpn puzzle 1\0".getBytes(StandardCharsets.US_ASCII);

  public WorkPuzzle {
    if (zeroBits < 0 || zeroBits > 40) {
      throw new IllegalArgumentException("puzzle: expected 0 to 40 bits");
    }
  }

  @Override
  public boolean isSolved(NodeKeys keys, long nonce) {
    byte[] input = input(keys);
    ByteBuffer.wrap(input).putLong(input.length - Long.BYTES, nonce);
    return zeroBits == 0 || startsWithZeros(sha256().digest(input));
  }

  /**
   * Tries nonces one after another.
   *
   * @param first nonce to try
   * @param tries at most; a few million a second and core
   * @return the nonce that solves it, or empty
   */
  public OptionalLong mint(NodeKeys keys, long first, long tries) {
    byte[] input = input(keys);
    ByteBuffer nonceOf = ByteBuffer.wrap(input);
    MessageDigest sha256 = sha256();
    byte[] hash = new byte[32];
    for (long nonce = first; nonce - first < tries; nonce++) {
      nonceOf.putLong(input.length - Long.BYTES, nonce);
      sha256.update(input);
      try {
        sha256.digest(hash, 0, hash.length);
      } catch (DigestException e) {
        throw new IllegalStateException("32 bytes are room enough", e);
      }
      if (startsWithZeros(hash)) {
        return OptionalLong.of(nonce);
      }
    }
    return OptionalLong.empty();
  }

  private boolean startsWithZeros(byte[] hash) {
    return Long.numberOfLeadingZeros(ByteBuffer.wrap(hash).getLong()) >= zeroBits;
  }

  private static byte[] input(NodeKeys keys) {
    return ByteBuffer.allocate(LABEL.length + NodeKeys.KEY_BYTES + Long.BYTES)
        .put(LABEL)
        .put(keys.signing())
        .array();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
