package org.p2pvpn.noise.suite;

import com.southernstorm.noise.protocol.DHState;
import com.southernstorm.noise.protocol.Noise;
import java.security.NoSuchAlgorithmException;

/**
 * An X25519 key pair in noise-java's form, so that its public half is computed once and not in
 * every handshake (noise-java takes 0.2 ms for that). A node's static key lives as long as its
 * identity; an ephemeral one as long as one handshake. Any thread may read it until it is closed.
 */
public final class StaticKey implements AutoCloseable {
  public static final int KEY_BYTES = 32;

  private final DHState pair;

  private StaticKey(DHState pair) {
    this.pair = pair;
  }

  public static StaticKey ofPrivate(byte[] privateKey) {
    DHState pair = newPair();
    pair.setPrivateKey(privateKey, 0);
    return new StaticKey(pair);
  }

  /** A new pair from noise-java's own {@code SecureRandom}. */
  public static StaticKey generate() {
    DHState pair = newPair();
    pair.generateKeyPair();
    return new StaticKey(pair);
  }

  public byte[] publicKey() {
    byte[] key = new byte[KEY_BYTES];
    pair.getPublicKey(key, 0);
    return key;
  }

  void copyTo(DHState target) {
    target.copyFrom(pair);
  }

  @Override
  public void close() {
    pair.destroy();
  }

  @Override
  public String toString() {
    return "StaticKey";
  }

  private static DHState newPair() {
    try {
      return Noise.createDH("25519");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("noise-java lost its Curve25519", e);
    }
  }
}
