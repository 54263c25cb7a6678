package org.p2pvpn.overlay.dataplane;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.VirtioHeader;
import org.p2pvpn.tun.segment.Checksum;
import org.p2pvpn.tun.segment.PacketSink;
import org.p2pvpn.tun.segment.Splitter;

/**
 * Tells senders that a packet does not fit, as a router tells them: ICMPv4 "fragmentation needed"
 * (RFC 792, RFC 1191) or ICMPv6 "packet too big" (RFC 4443), written back into the TUN. The host's
 * own TCP then makes smaller segments; for others the kernel takes the message on.
 *
 * <p>It comes from the packet's own destination. An address of ours would be a martian on its way
 * in, as the kernel sees it, and one of nobody's has no route by the TUN, so that a reverse path
 * filter drops it; this one has, since the packet just took it. On an exit it is the client's
 * lease, which the kernel then masquerades as it does the client's packets: no site sees it.
 *
 * <p>Where no such message may be sent the packet is left to the link below, which cuts it. Belongs
 * to one event loop.
 */
final class PacketTooBig {
  /** RFC 791, section 3.2: every host takes as much. RFC 8200, section 5: every link. */
  private static final int IPV4_MTU_MIN = 576;

  private static final int IPV6_MTU_MIN = 1280;

  /** RFC 1812, section 4.3.2.3, and RFC 4443, section 2.4: what it quotes, it fits these with. */
  private static final int IPV4_BYTES_MAX = 576;

  private static final int IPV6_BYTES_MAX = 1280;

  /**
   * Linux' own for all ICMP that it sends (icmp_msgs_per_sec, icmp_msgs_burst): one that does not
   * listen must not cost us more.
   */
  private static final long NANOS_EACH = TimeUnit.SECONDS.toNanos(1) / 1000;

  private static final int BURST = 50;

  private static final int PACKET_AT = VirtioHeader.BYTES;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int ICMP_BYTES = 8;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int DO_NOT_FRAGMENT = 0x4000;
  private static final int FRAGMENT_OFFSET = 0x1fff;
  private static final int TTL = 64;

  /** Fragmentation needed and DF set: type 3, code 4. */
  private static final int FRAGMENTATION_NEEDED = 3 << 24 | 4 << 16;

  /** Packet too big: type 2, code 0. */
  private static final int PACKET_TOO_BIG = 2 << 24;

  private final PacketSink tun;
  private final byte[] segment = new byte[65_535];
  private final TunBuffer message = TunBuffer.allocate(PACKET_AT + IPV6_BYTES_MAX);
  private long spentUntilNanos = System.nanoTime();

  PacketTooBig(PacketSink tun) {
    this.tun = tun;
  }

  /**
   * Tells the sender, where that may be done.
   *
   * @param packet behind its virtio header; its segments are larger than {@code bytesMax}
   * @return whether its sender was told, or has been told often enough; false when it goes
   */
  boolean answer(TunBuffer packet, Splitter splitter, int bytesMax, long nowNanos) {
    ByteBuffer bytes = packet.bytes();
    boolean ipv4 = (bytes.get(PACKET_AT) & 0xF0) == 0x40;
    int mtu = Math.max(bytesMax, ipv4 ? IPV4_MTU_MIN : IPV6_MTU_MIN);
    if (splitter.segmentLength(0) <= mtu || !(ipv4 ? mayTellIpv4(bytes) : mayTellIpv6(bytes))) {
      return false;
    }
    if (spentUntilNanos - nowNanos < 0) {
      spentUntilNanos = nowNanos;
    }
    if (spentUntilNanos - nowNanos < BURST * NANOS_EACH) {
      spentUntilNanos += NANOS_EACH;
      int segmentBytes = splitter.copySegment(0, segment, 0);
      tun.write(message, 0, ipv4 ? writeIpv4(segmentBytes, mtu) : writeIpv6(segmentBytes, mtu));
    }
    return true;
  }

  /** RFC 1122, section 3.2.2: not of later fragments, errors, or what went to many. */
  private static boolean mayTellIpv4(ByteBuffer packet) {
    int fragment = packet.getShort(PACKET_AT + 6);
    int destination = packet.getInt(PACKET_AT + 16);
    int icmpAt = PACKET_AT + (packet.get(PACKET_AT) & 0x0F) * 4;
    int type = packet.get(PACKET_AT + 9) == ICMP ? packet.get(icmpAt) : 0;
    boolean error = type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
    return (fragment & DO_NOT_FRAGMENT) != 0
        && (fragment & FRAGMENT_OFFSET) == 0
        && destination >>> 28 != 0xE
        && destination != -1
        && !error;
  }

  /** RFC 4443, section 2.4. */
  private static boolean mayTellIpv6(ByteBuffer packet) {
    boolean error = packet.get(PACKET_AT + 6) == ICMPV6 && packet.get(PACKET_AT + IPV6_BYTES) >= 0;
    return packet.get(PACKET_AT + 24) != (byte) 0xFF && !error;
  }

  private int writeIpv4(int segmentBytes, int mtu) {
    int quoted = Math.min(segmentBytes, IPV4_BYTES_MAX - IPV4_BYTES - ICMP_BYTES);
    int length = IPV4_BYTES + ICMP_BYTES + quoted;
    ByteBuffer bytes = message.bytes();
    VirtioHeader.putPlain(bytes, 0);
    bytes.putInt(PACKET_AT, 0x4500_0000 | length);
    bytes.putInt(PACKET_AT + 4, DO_NOT_FRAGMENT);
    bytes.putInt(PACKET_AT + 8, TTL << 24 | ICMP << 16);
    bytes.put(PACKET_AT + 12, segment, 16, 4).put(PACKET_AT + 16, segment, 12, 4);
    put(PACKET_AT + 10, Checksum.sum(bytes, PACKET_AT, IPV4_BYTES));
    int icmpAt = PACKET_AT + IPV4_BYTES;
    putIcmp(icmpAt, FRAGMENTATION_NEEDED, mtu, quoted);
    put(icmpAt + 2, Checksum.sum(bytes, icmpAt, ICMP_BYTES + quoted));
    return PACKET_AT + length;
  }

  private int writeIpv6(int segmentBytes, int mtu) {
    int quoted = Math.min(segmentBytes, IPV6_BYTES_MAX - IPV6_BYTES - ICMP_BYTES);
    int length = ICMP_BYTES + quoted;
    ByteBuffer bytes = message.bytes();
    VirtioHeader.putPlain(bytes, 0);
    bytes.putInt(PACKET_AT, 0x6000_0000);
    bytes.putInt(PACKET_AT + 4, length << 16 | ICMPV6 << 8 | TTL);
    bytes.put(PACKET_AT + 8, segment, 24, 16).put(PACKET_AT + 24, segment, 8, 16);
    int icmpAt = PACKET_AT + IPV6_BYTES;
    putIcmp(icmpAt, PACKET_TOO_BIG, mtu, quoted);
    // Both addresses and the message, which stand together; length and protocol of the pseudo
    // header are what else it has.
    put(icmpAt + 2, Checksum.sum(bytes, PACKET_AT + 8, 32 + length) + length + ICMPV6);
    return PACKET_AT + IPV6_BYTES + length;
  }

  private void putIcmp(int at, int typeAndCode, int mtu, int quoted) {
    message.bytes().putInt(at, typeAndCode);
    message.bytes().putInt(at + 4, mtu);
    message.bytes().put(at + ICMP_BYTES, segment, 0, quoted);
  }

  private void put(int at, int sum) {
    message.bytes().putShort(at, (short) Checksum.complement(sum));
  }
}
