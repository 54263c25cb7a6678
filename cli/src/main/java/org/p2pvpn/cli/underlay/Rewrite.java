package org.p2pvpn.cli.underlay;

import java.nio.ByteBuffer;
import org.p2pvpn.tun.segment.Checksum;

/** Changes IPv4 addresses and ports in place and keeps every checksum right (RFC 1624). */
final class Rewrite {
  private static final int NO_CHECKSUM = -1;
  private static final int IPV4_CHECKSUM_AT = 10;
  private static final int ICMP_CHECKSUM_AT = 2;
  private static final int ICMP_IDENTIFIER_AT = 4;

  private Rewrite() {}

  static void source(Packet packet, Address address, int port) {
    endpoint(packet, packet.sourceAt(), address, 0, port);
  }

  static void destination(Packet packet, Address address, int port) {
    endpoint(packet, packet.destinationAt(), address, 2, port);
  }

  /** Of a fragment without a transport header. */
  static void laterSource(Packet packet, Address address) {
    address(packet.bytes, packet.sourceAt(), address, IPV4_CHECKSUM_AT, NO_CHECKSUM);
  }

  static void laterDestination(Packet packet, Address address) {
    address(packet.bytes, packet.destinationAt(), address, IPV4_CHECKSUM_AT, NO_CHECKSUM);
  }

  private static void endpoint(
      Packet packet, int addressAt, Address address, int portOffset, int port) {
    int at = packet.headerBytes();
    int protocol = packet.protocol();
    int checksumAt = at + checksumOffset(protocol);
    // The checksum of ICMP covers no addresses; a UDP checksum of 0 is none.
    boolean none = protocol == Packet.UDP && packet.bytes.getShort(checksumAt) == 0;
    int covering = protocol == Packet.ICMP || none ? NO_CHECKSUM : checksumAt;
    address(packet.bytes, addressAt, address, IPV4_CHECKSUM_AT, covering);
    int portAt = at + (protocol == Packet.ICMP ? ICMP_IDENTIFIER_AT : portOffset);
    word(packet.bytes, portAt, port, none ? NO_CHECKSUM : checksumAt, NO_CHECKSUM);
    if (protocol == Packet.UDP && !none && packet.bytes.getShort(checksumAt) == 0) {
      packet.bytes.putShort(checksumAt, (short) 0xffff);
    }
  }

  private static int checksumOffset(int protocol) {
    return switch (protocol) {
      case Packet.TCP -> 16;
      case Packet.UDP -> 6;
      default -> ICMP_CHECKSUM_AT;
    };
  }

  /** An ICMP error that comes in: whom it is for, and what it says that one has sent. */
  static void errorInbound(Packet packet, Address inside, int port) {
    quoted(packet, 12, 0, inside, port);
    address(packet.bytes, packet.destinationAt(), inside, IPV4_CHECKSUM_AT, NO_CHECKSUM);
  }

  /** An ICMP error that goes out, about something that came in. */
  static void errorOutbound(Packet packet, Address outside, int port) {
    quoted(packet, 16, 2, outside, port);
    address(packet.bytes, packet.sourceAt(), outside, IPV4_CHECKSUM_AT, NO_CHECKSUM);
  }

  private static void quoted(
      Packet packet, int addressOffset, int portOffset, Address address, int port) {
    int quoteAt = Flow.quoteAt(packet);
    int transportAt = Flow.quotedEnd(packet);
    boolean echo = packet.bytes.get(quoteAt + 9) == Packet.ICMP;
    address(
        packet.bytes, quoteAt + addressOffset, address, quoteAt + IPV4_CHECKSUM_AT, NO_CHECKSUM);
    // The quoted transport's own checksum stays wrong: often not all of it is quoted.
    packet.bytes.putShort(transportAt + (echo ? ICMP_IDENTIFIER_AT : portOffset), (short) port);
    int at = packet.headerBytes();
    packet.bytes.putShort(at + ICMP_CHECKSUM_AT, (short) 0);
    int sum = Checksum.sum(packet.bytes, at, packet.length - at);
    packet.bytes.putShort(at + ICMP_CHECKSUM_AT, (short) ~sum);
  }

  private static void address(
      ByteBuffer bytes, int at, Address address, int checksumAt, int otherChecksumAt) {
    word(bytes, at, address.asIpv4() >>> 16, checksumAt, otherChecksumAt);
    word(bytes, at + 2, address.asIpv4() & 0xffff, checksumAt, otherChecksumAt);
  }

  private static void word(
      ByteBuffer bytes, int at, int value, int checksumAt, int otherChecksumAt) {
    int old = bytes.getShort(at) & 0xffff;
    bytes.putShort(at, (short) value);
    adjust(bytes, checksumAt, old, value);
    adjust(bytes, otherChecksumAt, old, value);
  }

  /** HC' = ~(~HC + ~m + m'), RFC 1624, equation 3. */
  private static void adjust(ByteBuffer bytes, int checksumAt, int old, int value) {
    if (checksumAt == NO_CHECKSUM) {
      return;
    }
    int checksum = bytes.getShort(checksumAt) & 0xffff;
    int sum = (~checksum & 0xffff) + (~old & 0xffff) + (value & 0xffff);
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    bytes.putShort(checksumAt, (short) ~sum);
  }
}
