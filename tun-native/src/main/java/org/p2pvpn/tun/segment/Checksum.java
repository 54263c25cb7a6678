package org.p2pvpn.tun.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The internet checksum (RFC 1071): the ones' complement sum of 16-bit big endian words.
 *
 * <p>Sums are taken eight bytes at a time in the host's byte order and turned at the end, which the
 * ones' complement sum allows (RFC 1071, section 2B). Every sum here is folded to 16 bits and not
 * complemented; sums of ranges that each begin at an even offset may be added and folded again.
 */
public final class Checksum {
  private static final VarHandle ARRAY_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle BUFFER_LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final boolean TURN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final long LOW = 0xffff_ffffL;

  private Checksum() {}

  public static int sum(byte[] bytes, int at, int length) {
    // Two sums, so that an addition need not wait for the one before. Neither can overflow: a
    // range of int length adds less than 2^29 values below 2^33.
    long even = 0;
    long odd = 0;
    int i = at;
    int end = at + length;
    for (; i <= end - 16; i += 16) {
      long first = (long) ARRAY_LONG.get(bytes, i);
      long second = (long) ARRAY_LONG.get(bytes, i + 8);
      even += (first & LOW) + (first >>> 32);
      odd += (second & LOW) + (second >>> 32);
    }
    int sum = fromHost(even + odd);
    for (; i < end - 1; i += 2) {
      sum += ((bytes[i] & 0xff) << 8) | (bytes[i + 1] & 0xff);
    }
    if (i < end) {
      sum += (bytes[i] & 0xff) << 8;
    }
    return fold(sum);
  }

  public static int sum(ByteBuffer bytes, int at, int length) {
    long even = 0;
    long odd = 0;
    int i = at;
    int end = at + length;
    for (; i <= end - 16; i += 16) {
      long first = (long) BUFFER_LONG.get(bytes, i);
      long second = (long) BUFFER_LONG.get(bytes, i + 8);
      even += (first & LOW) + (first >>> 32);
      odd += (second & LOW) + (second >>> 32);
    }
    int sum = fromHost(even + odd);
    for (; i < end - 1; i += 2) {
      sum += ((bytes.get(i) & 0xff) << 8) | (bytes.get(i + 1) & 0xff);
    }
    if (i < end) {
      sum += (bytes.get(i) & 0xff) << 8;
    }
    return fold(sum);
  }

  /** Folds a sum of 16-bit words to 16 bits. A sum that is not zero never becomes zero. */
  public static int fold(int sum) {
    int folded = (sum & 0xffff) + (sum >>> 16);
    return (folded & 0xffff) + (folded >>> 16);
  }

  /** What stands in a packet for this sum. */
  public static int complement(int sum) {
    return ~fold(sum) & 0xffff;
  }

  private static int fromHost(long sum) {
    long halves = (sum & LOW) + (sum >>> 32);
    halves = (halves & LOW) + (halves >>> 32);
    int folded = fold((int) (halves & 0xffff) + (int) (halves >>> 16));
    return TURN ? ((folded & 0xff) << 8) | (folded >>> 8) : folded;
  }
}
