package org.p2pvpn.noise.suite;

import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * ChaCha20-Poly1305 (RFC 8439) under a key that is used for one message only, hence the zero nonce.
 * For cookies: packets use the JDK's ciphers.
 */
public final class SealedBox {
  public static final int TAG_BYTES = 16;

  private static final int NONCE_BYTES = 12;

  private SealedBox() {}

  public static byte[] seal(byte[] key, byte[] plaintext, byte[] associated) {
    try {
      byte[] sealed = run(true, key, plaintext, associated);
      return sealed;
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException("sealing cannot fail", e);
    }
  }

  /** Null when the box is not authentic. */
  public static byte @Nullable [] open(byte[] key, byte[] sealed, byte[] associated) {
    try {
      return run(false, key, sealed, associated);
    } catch (InvalidCipherTextException _) {
      return null;
    }
  }

  private static byte[] run(boolean seal, byte[] key, byte[] input, byte[] associated)
      throws InvalidCipherTextException {
    ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
    cipher.init(
        seal,
        new AEADParameters(
            new KeyParameter(key), TAG_BYTES * 8, new byte[NONCE_BYTES], associated));
    byte[] output = new byte[cipher.getOutputSize(input.length)];
    int length = cipher.processBytes(input, 0, input.length, output, 0);
    cipher.doFinal(output, length);
    return output;
  }
}
