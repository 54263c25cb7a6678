package org.p2pvpn.noise;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.p2pvpn.noise.suite.Hkdf;
import org.p2pvpn.noise.suite.SigningKey;
import org.p2pvpn.noise.suite.StaticKey;

/**
 * Who this node is: an Ed25519 key that signs and an X25519 key for Noise, both from one seed. Any
 * thread may use it until it is closed; then both private keys are erased.
 */
public final class Identity implements AutoCloseable {
  public static final int SEED_BYTES = 32;

  /** Ours. Two labels, so that neither key says anything about the other. */
  private static final String SIGNING_LABEL = "p2pvpn identity ed25519 1";

  private static final String STATIC_LABEL = "p2pvpn identity x25519 1";

  private static final byte[] BINDING_PREFIX =
      "p2pvpn static key 1".getBytes(StandardCharsets.US_ASCII);

  private final SigningKey signing;
  private final StaticKey noise;
  private final byte[] signingKey;
  private final byte[] staticKey;
  private final byte[] nodeId;
  private final byte[] binding;

  private Identity(SigningKey signing, StaticKey noise) {
    this.signing = signing;
    this.noise = noise;
    this.signingKey = signing.publicKey();
    this.staticKey = noise.publicKey();
    this.nodeId = nodeIdOf(signingKey);
    this.binding = signing.sign(bound(staticKey));
  }

  /** Reads the identity, or makes a new one where there is no file; see {@link IdentityFile}. */
  public static Identity loadOrCreate(Path file) throws IdentityException {
    byte[] seed = IdentityFile.loadOrCreate(file);
    try {
      return ofSeed(seed);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  /** For tests and for the fresh keys of a circuit; the caller erases the seed. */
  public static Identity ofSeed(byte[] seed) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException("a seed has 32 bytes, not " + seed.length);
    }
    byte[] staticPrivate = Hkdf.derive(seed, STATIC_LABEL, SEED_BYTES);
    try {
      SigningKey signing = new SigningKey(Hkdf.derive(seed, SIGNING_LABEL, SEED_BYTES));
      return new Identity(signing, StaticKey.ofPrivate(staticPrivate));
    } finally {
      Arrays.fill(staticPrivate, (byte) 0);
    }
  }

  /** Ed25519 public key. */
  public byte[] signingKey() {
    return signingKey.clone();
  }

  /** X25519 public key. */
  public byte[] staticKey() {
    return staticKey.clone();
  }

  public byte[] nodeId() {
    return nodeId.clone();
  }

  public byte[] sign(byte[] message) {
    return signing.sign(message);
  }

  /** The signing key's signature over the static key: what ties the two together for others. */
  public byte[] binding() {
    return binding.clone();
  }

  /** Any bytes may be given; those of a wrong length are wrong. */
  public static boolean verifyBinding(byte[] signingKey, byte[] staticKey, byte[] signature) {
    return SigningKey.verify(signingKey, bound(staticKey), signature);
  }

  /** Any bytes may be given; those of a wrong length are wrong. */
  public static boolean verify(byte[] signingKey, byte[] message, byte[] signature) {
    return SigningKey.verify(signingKey, message, signature);
  }

  /** Can these bytes, out of an invite or an advert, be a node's X25519 key? */
  public static boolean isStaticKey(byte[] bytes) {
    return bytes.length == StaticKey.KEY_BYTES && HandshakeVerdict.ofPoint(bytes, 0) == null;
  }

  /** SHA-256 of the Ed25519 public key. */
  public static byte[] nodeIdOf(byte[] signingKey) {
    return sha256(signingKey);
  }

  StaticKey noiseKey() {
    return noise;
  }

  @Override
  public void close() {
    signing.close();
    noise.close();
  }

  @Override
  public String toString() {
    return "Identity";
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] bound(byte[] staticKey) {
    byte[] message =
        Arrays.copyOf(BINDING_PREFIX, Math.addExact(BINDING_PREFIX.length, staticKey.length));
    System.arraycopy(staticKey, 0, message, BINDING_PREFIX.length, staticKey.length);
    return message;
  }
}
