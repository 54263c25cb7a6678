package org.p2pvpn.noise;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.suite.Kem;
import org.p2pvpn.noise.suite.NoiseIk;

/**
 * The four handshake datagrams, as offsets. Numbers are big endian. All values are ours.
 *
 * <pre>
 * initiation      2 | version 1 | suite | 0 | sender index 4
 *                 | noise message 1: e 32, encrypted s 48, encrypted payload 1304 + 16
 *                 | mac1 16 | mac2 16
 *   its payload   timestamp 8 | ML-KEM-768 encapsulation key 1184 | Ed25519 key 32 | binding 64 | token 16
 * response        3 | version 1 | suite | 0 | sender index 4 | receiver index 4
 *                 | noise message 2: e 32, encrypted payload 1093 + 16
 *                 | mac1 16 | mac2 16 (zero)
 *   its payload   status 1 | sender index 4 | ML-KEM-768 ciphertext 1088 (zero in a refusal)
 * cookie reply    4 | version 1 | 0 0 | receiver index 4 | nonce 16 | sealed cookie 16 + 16
 * version notice  5 | version 1 | 0 0 | echoed sender index 4 | echoed mac1 16
 * </pre>
 *
 * <p>The place of the type, the version, the sender index and of both macs, counted from the end,
 * is the same in every version: a node can say "other version" to an initiation it cannot read. No
 * answer is as long as what it answers.
 */
public final class HandshakeWire {
  public static final int TYPE_INITIATION = 2;
  public static final int TYPE_RESPONSE = 3;
  public static final int TYPE_COOKIE_REPLY = 4;
  public static final int TYPE_VERSION_NOTICE = 5;
  public static final int VERSION = 1;

  public static final int TOKEN_BYTES = 16;
  public static final int COOKIE_BYTES = 16;
  public static final int SIGNING_KEY_BYTES = 32;
  public static final int STATIC_KEY_BYTES = 32;

  static final int MAC_BYTES = 16;
  static final int BINDING_BYTES = 64;

  static final int TYPE_AT = 0;
  static final int VERSION_AT = 1;
  static final int SUITE_AT = 2;
  static final int RESERVED_AT = 3;
  static final int SENDER_INDEX_AT = 4;

  static final int INITIATION_NOISE_AT = 8;
  static final int TIMESTAMP_AT = 0;
  static final int KEM_KEY_AT = TIMESTAMP_AT + Long.BYTES;
  static final int SIGNING_KEY_AT = KEM_KEY_AT + Kem.ENCAPSULATION_KEY_BYTES;
  static final int BINDING_AT = SIGNING_KEY_AT + SIGNING_KEY_BYTES;
  static final int TOKEN_AT = BINDING_AT + BINDING_BYTES;
  static final int INITIATION_PAYLOAD_BYTES = TOKEN_AT + TOKEN_BYTES;
  static final int INITIATION_NOISE_BYTES =
      NoiseIk.MESSAGE_1_OVERHEAD_BYTES + INITIATION_PAYLOAD_BYTES;
  public static final int INITIATION_BYTES =
      INITIATION_NOISE_AT + INITIATION_NOISE_BYTES + 2 * MAC_BYTES;

  static final int RECEIVER_INDEX_AT = 8;
  static final int RESPONSE_NOISE_AT = 12;
  static final int STATUS_AT = 0;
  static final int CONFIRMED_INDEX_AT = 1;
  static final int KEM_CIPHERTEXT_AT = CONFIRMED_INDEX_AT + Integer.BYTES;
  static final int RESPONSE_PAYLOAD_BYTES = KEM_CIPHERTEXT_AT + Kem.CIPHERTEXT_BYTES;
  static final int RESPONSE_NOISE_BYTES = NoiseIk.MESSAGE_2_OVERHEAD_BYTES + RESPONSE_PAYLOAD_BYTES;
  public static final int RESPONSE_BYTES = RESPONSE_NOISE_AT + RESPONSE_NOISE_BYTES + 2 * MAC_BYTES;

  static final int COOKIE_RECEIVER_INDEX_AT = 4;
  static final int COOKIE_NONCE_AT = 8;
  static final int COOKIE_NONCE_BYTES = 16;
  static final int SEALED_COOKIE_AT = COOKIE_NONCE_AT + COOKIE_NONCE_BYTES;
  static final int SEALED_COOKIE_BYTES = COOKIE_BYTES + 16;
  public static final int COOKIE_REPLY_BYTES = SEALED_COOKIE_AT + SEALED_COOKIE_BYTES;

  static final int ECHOED_INDEX_AT = 4;
  static final int ECHOED_MAC1_AT = 8;
  public static final int VERSION_NOTICE_BYTES = ECHOED_MAC1_AT + MAC_BYTES;

  static {
    assert INITIATION_BYTES == 1440 : INITIATION_BYTES;
    assert RESPONSE_BYTES == 1185 : RESPONSE_BYTES;
    assert COOKIE_REPLY_BYTES == 56 : COOKIE_REPLY_BYTES;
    assert VERSION_NOTICE_BYTES == 24 : VERSION_NOTICE_BYTES;
    assert RESPONSE_BYTES < INITIATION_BYTES : "an answer must be smaller than its request";
  }

  private static final byte[] PROLOGUE = "p2pvpn 1".getBytes(StandardCharsets.US_ASCII);

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private HandshakeWire() {}

  /**
   * What is hashed into the handshake before message 1: "p2pvpn 1" and the initiation's 8 clear
   * bytes. mac1's key is public, so without this somebody who sees the initiation could send it on
   * with another sender index, ahead of the real one, and the answer would go astray. The
   * response's sender index stands in its payload for the same reason. (WireGuard leaves both
   * open.) A private network's key stands behind them, so that not even who stole a node's identity
   * shakes hands without it.
   */
  static byte[] prologue(byte[] initiation, @Nullable NetworkKey network) {
    byte[] secret = network == null ? new byte[0] : network.derive("p2pvpn prologue network 1");
    int clear = PROLOGUE.length + INITIATION_NOISE_AT;
    byte[] prologue = Arrays.copyOf(PROLOGUE, clear + secret.length);
    System.arraycopy(initiation, 0, prologue, PROLOGUE.length, INITIATION_NOISE_AT);
    System.arraycopy(secret, 0, prologue, clear, secret.length);
    return prologue;
  }

  static int getInt(byte[] bytes, int offset) {
    return (int) INT.get(bytes, offset);
  }

  static void putInt(byte[] bytes, int offset, int value) {
    INT.set(bytes, offset, value);
  }

  static long getLong(byte[] bytes, int offset) {
    return (long) LONG.get(bytes, offset);
  }

  static void putLong(byte[] bytes, int offset, long value) {
    LONG.set(bytes, offset, value);
  }

  static void putHeader(byte[] bytes, int type, byte suite) {
    bytes[TYPE_AT] = (byte) type;
    bytes[VERSION_AT] = VERSION;
    bytes[SUITE_AT] = suite;
  }

  /** Whether this initiation ends in a mac2, right or wrong; the array may hold anything. */
  public static boolean hasMac2(byte[] bytes, int offset, int length) {
    return length >= MAC_BYTES && !isZero(bytes, offset + length - MAC_BYTES, MAC_BYTES);
  }

  /** All bytes zero? Not in constant time: it is asked of public bytes only. */
  static boolean isZero(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
