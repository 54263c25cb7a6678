package org.p2pvpn.overlay.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Fields of an inner IP header in a heap array. Offsets from RFC 791 and RFC 8200. */
public final class IpHeader {
  public static final int IPV4_BYTES_MIN = 20;
  public static final int IPV6_BYTES = 40;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private IpHeader() {}

  /** 4 or 6, or something else for what is not IP. */
  public static int version(byte[] packet, int at) {
    return (packet[at] & 0xFF) >>> 4;
  }

  /** Whether {@code length} bytes at {@code at} are one whole IP packet, nothing more or less. */
  public static boolean isWhole(byte[] packet, int at, int length) {
    if (length < IPV4_BYTES_MIN) {
      return false;
    }
    return switch (version(packet, at)) {
      case 4 -> {
        int headerBytes = (packet[at] & 0x0F) * 4;
        int totalBytes = (short) SHORT.get(packet, at + 2) & 0xFFFF;
        yield headerBytes >= IPV4_BYTES_MIN && headerBytes <= totalBytes && totalBytes == length;
      }
      case 6 ->
          length >= IPV6_BYTES
              && ((short) SHORT.get(packet, at + 4) & 0xFFFF) + IPV6_BYTES == length;
      default -> false;
    };
  }

  public static int ipv4Source(byte[] packet, int at) {
    return (int) INT.get(packet, at + 12);
  }

  public static int ipv4Destination(byte[] packet, int at) {
    return (int) INT.get(packet, at + 16);
  }

  public static long ipv6SourceHigh(byte[] packet, int at) {
    return (long) LONG.get(packet, at + 8);
  }

  public static long ipv6SourceLow(byte[] packet, int at) {
    return (long) LONG.get(packet, at + 16);
  }

  public static long ipv6DestinationHigh(byte[] packet, int at) {
    return (long) LONG.get(packet, at + 24);
  }

  public static long ipv6DestinationLow(byte[] packet, int at) {
    return (long) LONG.get(packet, at + 32);
  }
}
