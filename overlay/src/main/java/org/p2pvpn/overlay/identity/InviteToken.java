package org.p2pvpn.overlay.identity;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * 16 random bytes that admit a stranger once, or until they expire. A secret: {@link #toString}
 * hides it, {@link #reveal} is for the invite line and nothing else.
 */
public final class InviteToken {
  public static final int BYTES = 16;

  /** 16 bytes in base64url without padding. */
  static final int CHARS = 22;

  private final byte[] bytes;

  private InviteToken(byte[] bytes) {
    this.bytes = bytes;
  }

  public static InviteToken random(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new InviteToken(bytes);
  }

  public static InviteToken ofBytes(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("an invite token has 16 bytes, not " + bytes.length);
    }
    return new InviteToken(bytes.clone());
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The 22 characters an invite carries. */
  public String reveal() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** In constant time. */
  @Override
  public boolean equals(Object other) {
    return other instanceof InviteToken that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "(token hidden)";
  }
}
