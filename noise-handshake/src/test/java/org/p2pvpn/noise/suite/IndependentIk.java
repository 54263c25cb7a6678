package org.p2pvpn.noise.suite;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * Noise IK written a second time, straight from the specification (revision 34, section 5) over the
 * JDK's ciphers, to have something to compare noise-java and our use of it with. Nothing of
 * noise-java in here.
 */
final class IndependentIk {
  private final boolean aes;
  private byte[] chainingKey;
  private byte[] hash;
  private byte[] key = new byte[0];
  private long nonce;

  IndependentIk(String protocol, byte[] prologue, byte[] responderStatic)
      throws GeneralSecurityException {
    this.aes = protocol.contains("AESGCM");
    byte[] name = protocol.getBytes(StandardCharsets.US_ASCII);
    this.hash = name.length <= 32 ? Arrays.copyOf(name, 32) : digest(name);
    this.chainingKey = hash;
    mixHash(prologue);
    mixHash(responderStatic);
  }

  static byte[] publicKey(byte[] privateKey) {
    byte[] key = new byte[32];
    X25519.scalarMultBase(privateKey, 0, key, 0);
    return key;
  }

  byte[] writeMessage1(byte[] e, byte[] s, byte[] responderStatic, byte[] payload)
      throws GeneralSecurityException {
    byte[] ephemeral = publicKey(e);
    mixHash(ephemeral);
    mixKey(dh(e, responderStatic));
    byte[] sealedStatic = encryptAndHash(publicKey(s));
    mixKey(dh(s, responderStatic));
    return concat(ephemeral, sealedStatic, encryptAndHash(payload));
  }

  /** Returns the initiator's static key and payload, one behind the other. */
  byte[] readMessage1(byte[] message, byte[] responderStaticPrivate)
      throws GeneralSecurityException {
    byte[] ephemeral = Arrays.copyOf(message, 32);
    mixHash(ephemeral);
    mixKey(dh(responderStaticPrivate, ephemeral));
    byte[] initiatorStatic = decryptAndHash(Arrays.copyOfRange(message, 32, 80));
    mixKey(dh(responderStaticPrivate, initiatorStatic));
    return concat(initiatorStatic, decryptAndHash(Arrays.copyOfRange(message, 80, message.length)));
  }

  byte[] writeMessage2(byte[] e, byte[] initiatorEphemeral, byte[] initiatorStatic, byte[] payload)
      throws GeneralSecurityException {
    byte[] ephemeral = publicKey(e);
    mixHash(ephemeral);
    mixKey(dh(e, initiatorEphemeral));
    mixKey(dh(e, initiatorStatic));
    return concat(ephemeral, encryptAndHash(payload));
  }

  byte[] readMessage2(byte[] message, byte[] e, byte[] s) throws GeneralSecurityException {
    byte[] ephemeral = Arrays.copyOf(message, 32);
    mixHash(ephemeral);
    mixKey(dh(e, ephemeral));
    mixKey(dh(s, ephemeral));
    return decryptAndHash(Arrays.copyOfRange(message, 32, message.length));
  }

  /** k1 and k2 of {@code HKDF(ck, secondaryKey)}; an empty secondary key is Noise's own Split. */
  byte[][] split(byte[] secondaryKey) throws GeneralSecurityException {
    return hkdf(chainingKey, secondaryKey);
  }

  /** ENCRYPT(k, n, empty, plaintext). */
  byte[] seal(byte[] k, long n, byte[] associated, byte[] plaintext)
      throws GeneralSecurityException {
    return cipher(Cipher.ENCRYPT_MODE, k, n, associated, plaintext);
  }

  private byte[] encryptAndHash(byte[] plaintext) throws GeneralSecurityException {
    byte[] sealed = seal(key, nonce++, hash, plaintext);
    mixHash(sealed);
    return sealed;
  }

  private byte[] decryptAndHash(byte[] sealed) throws GeneralSecurityException {
    byte[] opened = cipher(Cipher.DECRYPT_MODE, key, nonce++, hash, sealed);
    mixHash(sealed);
    return opened;
  }

  private byte[] cipher(int mode, byte[] k, long n, byte[] associated, byte[] input)
      throws GeneralSecurityException {
    byte[] iv = new byte[12];
    for (int i = 0; i < 8; i++) {
      iv[4 + i] = (byte) (n >>> (aes ? 56 - 8 * i : 8 * i));
    }
    Cipher cipher = Cipher.getInstance(aes ? "AES/GCM/NoPadding" : "ChaCha20-Poly1305");
    if (aes) {
      cipher.init(mode, new SecretKeySpec(k, "AES"), new GCMParameterSpec(128, iv));
    } else {
      cipher.init(mode, new SecretKeySpec(k, "ChaCha20"), new IvParameterSpec(iv));
    }
    cipher.updateAAD(associated);
    return cipher.doFinal(input);
  }

  private void mixHash(byte[] bytes) throws GeneralSecurityException {
    hash = digest(concat(hash, bytes));
  }

  private void mixKey(byte[] shared) throws GeneralSecurityException {
    byte[][] keys = hkdf(chainingKey, shared);
    chainingKey = keys[0];
    key = keys[1];
    nonce = 0;
  }

  private byte[][] hkdf(byte[] salt, byte[] material) throws GeneralSecurityException {
    byte[] temporary = hmac(salt, material);
    byte[] first = hmac(temporary, new byte[] {1});
    return new byte[][] {first, hmac(temporary, concat(first, new byte[] {2}))};
  }

  private byte[] hmac(byte[] macKey, byte[] message) throws GeneralSecurityException {
    if (aes) {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(macKey, "HmacSHA256"));
      return mac.doFinal(message);
    }
    byte[] inner = Arrays.copyOf(macKey, 64);
    byte[] outer = Arrays.copyOf(macKey, 64);
    for (int i = 0; i < 64; i++) {
      inner[i] ^= 0x36;
      outer[i] ^= 0x5c;
    }
    return digest(concat(outer, digest(concat(inner, message))));
  }

  private byte[] digest(byte[] bytes) throws GeneralSecurityException {
    if (aes) {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    }
    Blake2sDigest blake = new Blake2sDigest(256);
    blake.update(bytes, 0, bytes.length);
    byte[] out = new byte[32];
    blake.doFinal(out, 0);
    return out;
  }

  private static byte[] dh(byte[] privateKey, byte[] publicKey) {
    byte[] shared = new byte[32];
    X25519.scalarMult(privateKey, 0, publicKey, 0, shared, 0);
    return shared;
  }

  static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] whole = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    return whole;
  }
}
