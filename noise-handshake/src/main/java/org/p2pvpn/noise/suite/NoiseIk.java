package org.p2pvpn.noise.suite;

import com.southernstorm.noise.protocol.CipherState;
import com.southernstorm.noise.protocol.CipherStatePair;
import com.southernstorm.noise.protocol.HandshakeState;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.BadPaddingException;
import javax.crypto.ShortBufferException;

/**
 * One Noise IK handshake, over noise-java. Owned by one thread.
 *
 * <p>noise-java changes its state while it reads and cannot be copied, so after {@link #read} has
 * returned false this object is of no more use: whoever must survive a forged message builds it
 * again with the same ephemeral key.
 */
public final class NoiseIk implements AutoCloseable {
  /**
   * Ephemeral key, encrypted static key with its tag, tag of the payload (Noise, section 7.5, IK).
   */
  public static final int MESSAGE_1_OVERHEAD_BYTES = 32 + 32 + 16 + 16;

  /** Ephemeral key and the payload's tag. */
  public static final int MESSAGE_2_OVERHEAD_BYTES = 32 + 16;

  public static final int DATA_KEY_BYTES = 32;

  private static final int TAG_BYTES = 16;

  /**
   * Noise's REKEY uses nonce 2^64-1, which noise-java's ciphers refuse in {@code encryptWithAd} (it
   * takes that value for a counter that wrapped around) and offers no {@code rekey()} for. So ours
   * is the nonce below: the same function of the same key, at another nonce that nothing else uses,
   * since the cipher dies right after. A deviation from the letter of Noise, section 4.2.
   */
  private static final long DATA_KEY_NONCE = -2L;

  private final HandshakeState handshake;

  private NoiseIk(HandshakeState handshake) {
    this.handshake = handshake;
  }

  public static NoiseIk initiator(
      String protocol,
      byte[] prologue,
      StaticKey local,
      byte[] remoteStatic,
      StaticKey localEphemeral) {
    HandshakeState handshake = create(protocol, HandshakeState.INITIATOR, prologue, local);
    handshake.getRemotePublicKey().setPublicKey(remoteStatic, 0);
    localEphemeral.copyTo(handshake.getFixedEphemeralKey());
    handshake.start();
    return new NoiseIk(handshake);
  }

  /** The responder's ephemeral key is noise-java's own; its state is built once and never again. */
  public static NoiseIk responder(String protocol, byte[] prologue, StaticKey local) {
    HandshakeState handshake = create(protocol, HandshakeState.RESPONDER, prologue, local);
    handshake.start();
    return new NoiseIk(handshake);
  }

  private static HandshakeState create(
      String protocol, int role, byte[] prologue, StaticKey local) {
    try {
      HandshakeState handshake = new HandshakeState(protocol, role);
      handshake.setPrologue(prologue, 0, prologue.length);
      local.copyTo(handshake.getLocalKeyPair());
      return handshake;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("noise-java does not know " + protocol, e);
    }
  }

  /** Writes the next message at {@code offset}; the caller has made room for it. */
  public int write(byte[] message, int offset, byte[] payload) {
    try {
      return handshake.writeMessage(message, offset, payload, 0, payload.length);
    } catch (ShortBufferException e) {
      throw new IllegalStateException("no room for the handshake message", e);
    }
  }

  /** False when the message is not authentic; then this handshake is dead. */
  public boolean read(byte[] message, int offset, int length, byte[] payload) {
    try {
      return handshake.readMessage(message, offset, length, payload, 0) == payload.length;
    } catch (BadPaddingException | ShortBufferException _) {
      return false;
    }
  }

  public byte[] remoteStatic() {
    byte[] key = new byte[StaticKey.KEY_BYTES];
    handshake.getRemotePublicKey().getPublicKey(key, 0);
    return key;
  }

  /**
   * The two data keys. noise-java's {@code split(secondaryKey)} computes {@code k1, k2 = HKDF(ck,
   * secondaryKey)} where plain Noise has {@code HKDF(ck, empty)}: the same step as a MixKey, so
   * whoever lacks either the chaining key or the secondary key learns nothing of the outcome.
   */
  public void split(byte[] secondaryKey, byte[] sendKey, byte[] receiveKey) {
    CipherStatePair pair = handshake.split(secondaryKey, 0, secondaryKey.length);
    try {
      deriveDataKey(pair.getSender(), sendKey);
      deriveDataKey(pair.getReceiver(), receiveKey);
    } finally {
      pair.destroy();
    }
  }

  private static void deriveDataKey(CipherState cipher, byte[] key) {
    byte[] sealed = new byte[DATA_KEY_BYTES + TAG_BYTES];
    cipher.setNonce(DATA_KEY_NONCE);
    try {
      cipher.encryptWithAd(new byte[0], new byte[DATA_KEY_BYTES], 0, sealed, 0, DATA_KEY_BYTES);
    } catch (ShortBufferException e) {
      throw new IllegalStateException("no room for a data key", e);
    }
    System.arraycopy(sealed, 0, key, 0, DATA_KEY_BYTES);
    Arrays.fill(sealed, (byte) 0);
  }

  @Override
  public void close() {
    handshake.destroy();
  }
}
