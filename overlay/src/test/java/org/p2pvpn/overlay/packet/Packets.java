package org.p2pvpn.overlay.packet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.tun.VirtioHeader;

/** UDP packets between two inner addresses, as a kernel would hand them over. */
public final class Packets {
  private static final int UDP_HEADER_BYTES = 8;

  private Packets() {}

  /** With right lengths and no UDP checksum, which IPv4 permits. */
  public static byte[] ipv4(int source, int destination, byte[] payload) {
    int length = IpHeader.IPV4_BYTES_MIN + UDP_HEADER_BYTES + payload.length;
    byte[] bytes = new byte[length];
    ByteBuffer packet = ByteBuffer.wrap(bytes);
    packet.putInt(0x4500_0000 | length).putInt(0x4000).putInt(0x4011_0000);
    packet.putInt(source).putInt(destination);
    packet.putShort(10, checksum(bytes, IpHeader.IPV4_BYTES_MIN));
    putUdp(packet, payload);
    return bytes;
  }

  public static byte[] ipv6(long sourceHigh, long sourceLow, long high, long low, byte[] payload) {
    int length = UDP_HEADER_BYTES + payload.length;
    byte[] bytes = new byte[IpHeader.IPV6_BYTES + length];
    ByteBuffer packet = ByteBuffer.wrap(bytes);
    packet.putInt(0x6000_0000).putInt(length << 16 | 17 << 8 | 64);
    packet.putLong(sourceHigh).putLong(sourceLow).putLong(high).putLong(low);
    putUdp(packet, payload);
    return bytes;
  }

  public static byte[] ipv4(AddressGuard.Pair from, AddressGuard.Pair to, byte[] payload) {
    return ipv4(from.ipv4(), to.ipv4(), payload);
  }

  public static byte[] ipv6(AddressGuard.Pair from, AddressGuard.Pair to, byte[] payload) {
    return ipv6(from.ipv6High(), from.ipv6Low(), to.ipv6High(), to.ipv6Low(), payload);
  }

  /** As a TUN device reads and writes it: behind an empty virtio header. */
  public static byte[] onTun(byte[] packet) {
    return ByteBuffer.allocate(VirtioHeader.BYTES + packet.length)
        .put(VirtioHeader.BYTES, packet)
        .array();
  }

  /** One UDP super-packet of datagrams with {@code segmentBytes} of payload, partial checksum. */
  public static byte[] superOnTun(byte[] packet, int segmentBytes) {
    boolean ipv4 = packet[0] >>> 4 == 4;
    int transportAt = ipv4 ? IpHeader.IPV4_BYTES_MIN : IpHeader.IPV6_BYTES;
    byte[] onTun = onTun(packet);
    ByteBuffer header = ByteBuffer.wrap(onTun).order(ByteOrder.nativeOrder());
    header.put((byte) VirtioHeader.FLAG_NEEDS_CSUM).put((byte) VirtioHeader.GSO_UDP_L4);
    header.putShort((short) (transportAt + UDP_HEADER_BYTES)).putShort((short) segmentBytes);
    header.putShort((short) transportAt).putShort((short) 6);
    return onTun;
  }

  /** The same IPv6 packet with its UDP checksum as CHECKSUM_PARTIAL has it. */
  public static byte[] withPartialChecksum(byte[] ipv6) {
    byte[] pseudoHeader = new byte[IpHeader.IPV6_BYTES];
    System.arraycopy(ipv6, 8, pseudoHeader, 0, 32);
    ByteBuffer.wrap(pseudoHeader).putInt(32, ipv6.length - IpHeader.IPV6_BYTES).putInt(36, 17);
    byte[] partial = ipv6.clone();
    short sum = (short) ~checksum(pseudoHeader, pseudoHeader.length);
    ByteBuffer.wrap(partial).putShort(IpHeader.IPV6_BYTES + 6, sum);
    return partial;
  }

  private static void putUdp(ByteBuffer packet, byte[] payload) {
    packet.putShort((short) 40_000).putShort((short) 7);
    packet.putShort((short) (UDP_HEADER_BYTES + payload.length)).putShort((short) 0);
    packet.put(payload);
  }

  private static short checksum(byte[] header, int length) {
    int sum = 0;
    for (int i = 0; i < length; i += 2) {
      sum += (header[i] & 0xff) << 8 | (header[i + 1] & 0xff);
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (short) ~sum;
  }
}
