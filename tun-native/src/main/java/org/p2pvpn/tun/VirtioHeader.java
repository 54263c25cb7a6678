package org.p2pvpn.tun;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header in front of every packet of a TUN device: struct virtio_net_hdr of linux/virtio_net.h,
 * also in the OASIS virtio specification 1.1, section 5.1.6.
 *
 * <pre>
 *   0        1         2         4          6            8
 *   | flags  | gso_type| hdr_len | gso_size | csum_start | csum_offset |
 * </pre>
 *
 * <p>The two-byte fields are in the host's own order (a TUN device is "legacy" unless TUNSETVNETLE
 * says otherwise), unlike everything behind them.
 */
public final class VirtioHeader {
  public static final int BYTES = 10;

  /** The checksum from csum_start on is still to be filled in at csum_start + csum_offset. */
  public static final int FLAG_NEEDS_CSUM = 1;

  public static final int GSO_NONE = 0;
  public static final int GSO_TCPV4 = 1;
  public static final int GSO_TCPV6 = 4;

  /** UDP datagrams of equal size, one after the other; not the older UFO, which is 3. */
  public static final int GSO_UDP_L4 = 5;

  /** Or-ed to a TCP type when CWR is set: only the first segment may keep it. */
  public static final int GSO_ECN = 0x80;

  private static final int FLAGS = 0;
  private static final int GSO_TYPE = 1;
  private static final int HEADER_LENGTH = 2;
  private static final int GSO_SIZE = 4;
  private static final int CHECKSUM_START = 6;
  private static final int CHECKSUM_OFFSET = 8;

  private static final VarHandle HOST_SHORT =
      MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.nativeOrder());

  private VirtioHeader() {}

  public static int flags(ByteBuffer bytes, int at) {
    return bytes.get(at + FLAGS) & 0xff;
  }

  public static int gsoType(ByteBuffer bytes, int at) {
    return bytes.get(at + GSO_TYPE) & 0xff;
  }

  /** A hint of the kernel's how much is worth reading at once: at least the headers, maybe more. */
  public static int headerLength(ByteBuffer bytes, int at) {
    return get(bytes, at + HEADER_LENGTH);
  }

  public static int gsoSize(ByteBuffer bytes, int at) {
    return get(bytes, at + GSO_SIZE);
  }

  public static int checksumStart(ByteBuffer bytes, int at) {
    return get(bytes, at + CHECKSUM_START);
  }

  public static int checksumOffset(ByteBuffer bytes, int at) {
    return get(bytes, at + CHECKSUM_OFFSET);
  }

  /** An ordinary packet with complete checksums. */
  public static void putPlain(ByteBuffer bytes, int at) {
    bytes.putLong(at, 0);
    bytes.putShort(at + CHECKSUM_OFFSET, (short) 0);
  }

  /** An ordinary packet whose transport checksum is partial. */
  public static void putPartial(ByteBuffer bytes, int at, int checksumStart, int checksumOffset) {
    bytes.putLong(at, 0);
    bytes.put(at + FLAGS, (byte) FLAG_NEEDS_CSUM);
    put(bytes, at + CHECKSUM_START, checksumStart);
    put(bytes, at + CHECKSUM_OFFSET, checksumOffset);
  }

  /** A super-packet; its transport checksum is partial, always. */
  public static void putSuper(
      ByteBuffer bytes,
      int at,
      int gsoType,
      int headerLength,
      int gsoSize,
      int checksumStart,
      int checksumOffset) {
    bytes.put(at + FLAGS, (byte) FLAG_NEEDS_CSUM);
    bytes.put(at + GSO_TYPE, (byte) gsoType);
    put(bytes, at + HEADER_LENGTH, headerLength);
    put(bytes, at + GSO_SIZE, gsoSize);
    put(bytes, at + CHECKSUM_START, checksumStart);
    put(bytes, at + CHECKSUM_OFFSET, checksumOffset);
  }

  private static int get(ByteBuffer bytes, int at) {
    return (short) HOST_SHORT.get(bytes, at) & 0xffff;
  }

  private static void put(ByteBuffer bytes, int at, int value) {
    HOST_SHORT.set(bytes, at, (short) value);
  }
}
