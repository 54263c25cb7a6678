package org.p2pvpn.noise.suite;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.Blake2sDigest;

/**
 * Keyed BLAKE2s (RFC 7693) that is used again and again without allocating. Owned by one thread.
 * Every call of {@link #finish} leaves it keyed and ready for the next message.
 */
public final class Blake2s {
  public static final int MAC_BYTES = 16;
  public static final int HASH_BYTES = 32;

  private final Blake2sDigest digest;

  private Blake2s(Blake2sDigest digest) {
    this.digest = digest;
  }

  /** BLAKE2s-128 under a key of 1 to 32 bytes. */
  public static Blake2s mac(byte[] key) {
    return new Blake2s(new Blake2sDigest(key, MAC_BYTES, null, null));
  }

  /** BLAKE2s-256(label || parts): how the handshake's public keys become mac and cookie keys. */
  public static byte[] hash(String label, byte[]... parts) {
    Blake2sDigest digest = new Blake2sDigest(HASH_BYTES * 8);
    byte[] labelBytes = label.getBytes(StandardCharsets.US_ASCII);
    digest.update(labelBytes, 0, labelBytes.length);
    for (byte[] part : parts) {
      digest.update(part, 0, part.length);
    }
    byte[] out = new byte[HASH_BYTES];
    digest.doFinal(out, 0);
    return out;
  }

  public Blake2s update(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
    return this;
  }

  public void finish(byte[] out, int offset) {
    digest.doFinal(out, offset);
  }

  /** Forgets the key. */
  public void clear() {
    digest.clearKey();
    digest.reset();
  }
}
