package org.p2pvpn.overlay.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A sealed frame on the wire; big endian.
 *
 * <pre>
 *   0               1               2               3
 *  +---------------+-----------------------------------------------+
 *  |   type = 1    |                reserved = 0                   |
 *  +---------------+-----------------------------------------------+
 *  |                        receiver index                         |
 *  +---------------------------------------------------------------+
 *  |                            counter                            |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  ciphertext of: frame byte, then a packet or control message  |
 *  |                             ...                    | tag (16) |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * The header is no additional data: the counter is the nonce and the index picks the key, so a
 * change in either fails the tag; type and reserved bits are compared with constants.
 */
public final class DataMessage {
  public static final int HEADER_BYTES = 16;
  public static final int TAG_BYTES = 16;

  /** Room for the frame byte at the start of the plaintext. */
  public static final int FRAME_BYTES = 1;

  /** What one layer adds to an inner packet. */
  public static final int OVERHEAD_BYTES = HEADER_BYTES + FRAME_BYTES + TAG_BYTES;

  /** An empty plaintext is a keepalive. */
  public static final int BYTES_MIN = HEADER_BYTES + TAG_BYTES;

  private static final int TYPE_AND_RESERVED = MessageType.DATA << 24;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private DataMessage() {}

  public static void writeHeader(byte[] buffer, int at, int receiverIndex, long counter) {
    INT.set(buffer, at, TYPE_AND_RESERVED);
    INT.set(buffer, at + 4, receiverIndex);
    LONG.set(buffer, at + 8, counter);
  }

  /** Whether type and reserved bits are those of a data message; needs {@link #HEADER_BYTES}. */
  public static boolean isData(byte[] buffer, int at) {
    return (int) INT.get(buffer, at) == TYPE_AND_RESERVED;
  }

  public static int receiverIndex(byte[] buffer, int at) {
    return (int) INT.get(buffer, at + 4);
  }

  /** Four bytes of any message, as the index of a handshake message or a circuit id. */
  public static int intAt(byte[] buffer, int at) {
    return (int) INT.get(buffer, at);
  }

  static void putIntAt(byte[] buffer, int at, int value) {
    INT.set(buffer, at, value);
  }

  public static long counter(byte[] buffer, int at) {
    return (long) LONG.get(buffer, at + 8);
  }
}
