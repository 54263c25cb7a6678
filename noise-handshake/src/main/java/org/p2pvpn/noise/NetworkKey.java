package org.p2pvpn.noise;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * The secret that makes a network private: 32 random bytes that all its nodes have. Whoever lacks
 * it makes no mac1 that they look at, and gets silence. {@link #toString} hides it.
 */
public final class NetworkKey {
  public static final int BYTES = 32;

  /** In base64url without padding. */
  public static final int CHARS = 43;

  private final byte[] bytes;

  private NetworkKey(byte[] bytes) {
    this.bytes = bytes;
  }

  public static NetworkKey random(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new NetworkKey(bytes);
  }

  /**
   * Reads what {@link #reveal} wrote.
   *
   * @throws IllegalArgumentException which does not show what it found
   */
  public static NetworkKey parse(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      NetworkKey key = new NetworkKey(bytes);
      // The last character has bits that decode to nothing; one spelling is right.
      if (bytes.length == BYTES && key.reveal().equals(text)) {
        return key;
      }
    } catch (IllegalArgumentException _) {
      // Told below, without the text.
    }
    throw new IllegalArgumentException(
        "a network key has " + CHARS + " letters, digits, \"-\" or \"_\"");
  }

  /** The characters that an invite and the config carry. */
  public String reveal() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** A key for one purpose, which tells nothing of this one: SHA-256(label ‖ 0 ‖ key). */
  public byte[] derive(String label) {
    byte[] head = label.getBytes(StandardCharsets.US_ASCII);
    byte[] input = Arrays.copyOf(head, Math.addExact(head.length, 1 + BYTES));
    System.arraycopy(bytes, 0, input, head.length + 1, BYTES);
    byte[] derived = Identity.sha256(input);
    Arrays.fill(input, (byte) 0);
    return derived;
  }

  /** In constant time. */
  @Override
  public boolean equals(Object other) {
    return other instanceof NetworkKey that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "(network key hidden)";
  }
}
