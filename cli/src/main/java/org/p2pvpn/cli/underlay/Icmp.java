package org.p2pvpn.cli.underlay;

import java.nio.ByteBuffer;
import org.p2pvpn.tun.segment.Checksum;

/** What a router on the way answers to the sender. */
final class Icmp {
  /** RFC 1812, section 4.3.2.3, and RFC 4443, section 2.4: as much of the packet as fits these. */
  private static final int IPV4_BYTES_MAX = 576;

  private static final int IPV6_BYTES_MAX = 1280;

  /** Ours: a router of nobody's, in the documentation's networks (RFC 5737, RFC 3849). */
  private static final Address ROUTER4 = Address.of("192.0.2.1");

  private static final Address ROUTER6 = Address.of("2001:db8::1");

  private static final int TTL = 64;

  private Icmp() {}

  /** No error about an error or a later fragment (RFC 1122, section 3.2.2). */
  static boolean mayAnswer(Packet packet) {
    boolean laterFragment = packet.isIpv4() && (packet.unsigned(6) & 0x1fff) != 0;
    return !laterFragment && !Flow.isError(packet);
  }

  static void tooBig(Packet packet, int mtuBytes, Packet answer) {
    if (packet.isIpv4()) {
      write(packet, answer, 3, 4, mtuBytes);
    } else {
      write(packet, answer, 2, 0, mtuBytes);
    }
  }

  static void unreachable(Packet packet, Packet answer) {
    if (packet.isIpv4()) {
      write(packet, answer, 3, 1, 0);
    } else {
      write(packet, answer, 1, 3, 0);
    }
  }

  private static void write(Packet packet, Packet answer, int type, int code, int last) {
    boolean ipv4 = packet.isIpv4();
    int header = ipv4 ? 20 : 40;
    int at = header + Flow.ICMP_HEADER_BYTES;
    int quoted = Math.min(packet.length, (ipv4 ? IPV4_BYTES_MAX : IPV6_BYTES_MAX) - at);
    ByteBuffer bytes = answer.bytes;
    answer.length = at + quoted;
    bytes.put(at, packet.bytes, 0, quoted);
    bytes.putInt(header, type << 24 | code << 16);
    bytes.putInt(header + 4, last);
    if (ipv4) {
      ipv4Header(bytes, answer.length, packet.source());
      int sum = Checksum.sum(bytes, header, answer.length - header);
      bytes.putShort(header + 2, (short) ~sum);
    } else {
      ipv6Header(bytes, answer.length, packet.source());
      int sum = Checksum.sum(bytes, 8, answer.length - 8);
      int pseudo = answer.length - header + Packet.ICMPV6;
      bytes.putShort(header + 2, (short) ~folded(sum + pseudo));
    }
  }

  private static void ipv4Header(ByteBuffer bytes, int length, Address to) {
    bytes.putInt(0, 0x45000000 | length);
    bytes.putInt(4, 0);
    bytes.putInt(8, TTL << 24 | Packet.ICMP << 16);
    bytes.putInt(12, ROUTER4.asIpv4());
    bytes.putInt(16, to.asIpv4());
    bytes.putShort(10, (short) ~Checksum.sum(bytes, 0, 20));
  }

  private static void ipv6Header(ByteBuffer bytes, int length, Address to) {
    bytes.putInt(0, 0x60000000);
    bytes.putInt(4, (length - 40) << 16 | Packet.ICMPV6 << 8 | TTL);
    bytes.putLong(8, ROUTER6.high());
    bytes.putLong(16, ROUTER6.low());
    bytes.putLong(24, to.high());
    bytes.putLong(32, to.low());
  }

  private static int folded(int sum) {
    int once = (sum & 0xffff) + (sum >>> 16);
    return (once & 0xffff) + (once >>> 16);
  }
}
