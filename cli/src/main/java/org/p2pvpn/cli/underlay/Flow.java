package org.p2pvpn.cli.underlay;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Who talks with whom, as a NAT tells flows apart. The port of an ICMP echo is its identifier, on
 * the side of the one who asks (RFC 5508, section 3.1); the other side's is 0.
 */
record Flow(
    int protocol, Address source, int sourcePort, Address destination, int destinationPort) {
  static final int ECHO_REPLY = 0;
  static final int ECHO_REQUEST = 8;
  static final int ECHO_REQUEST_V6 = 128;
  static final int ECHO_REPLY_V6 = 129;

  /** IPv6's; RFC 8200, section 4.5. */
  private static final int FRAGMENT_HEADER_BYTES = 8;

  /** Of the message before what it quotes. */
  static final int ICMP_HEADER_BYTES = 8;

  /** Null for what has no ports that we know. */
  static @Nullable Flow of(Packet packet) {
    if (packet.isLaterFragment()) {
      return null;
    }
    boolean behindHeader = packet.isFragment() && !packet.isIpv4();
    int at = packet.headerBytes() + (behindHeader ? FRAGMENT_HEADER_BYTES : 0);
    if (at > packet.length) {
      return null;
    }
    return of(
        packet.bytes,
        behindHeader ? packet.bytes.get(packet.headerBytes()) : packet.protocol(),
        packet.source(),
        packet.destination(),
        at,
        packet.length);
  }

  /** Of the packet an ICMP error quotes, or null: no such error, or too little quoted. */
  static @Nullable Flow quotedIn(Packet packet) {
    if (!isError(packet)) {
      return null;
    }
    ByteBuffer bytes = packet.bytes;
    int at = quoteAt(packet);
    if (packet.isIpv4()) {
      if (packet.length < at + 20) {
        return null;
      }
      Address source = Address.ipv4(bytes.getInt(at + 12));
      Address destination = Address.ipv4(bytes.getInt(at + 16));
      return of(bytes, bytes.get(at + 9), source, destination, quotedEnd(packet), packet.length);
    }
    if (packet.length < at + 40) {
      return null;
    }
    Address source = new Address(bytes.getLong(at + 8), bytes.getLong(at + 16));
    Address destination = new Address(bytes.getLong(at + 24), bytes.getLong(at + 32));
    return of(bytes, bytes.get(at + 6), source, destination, at + 40, packet.length);
  }

  static int quoteAt(Packet packet) {
    return packet.headerBytes() + ICMP_HEADER_BYTES;
  }

  /** Where the quoted packet's transport header begins. */
  static int quotedEnd(Packet packet) {
    int at = quoteAt(packet);
    return at + (packet.isIpv4() ? (packet.bytes.get(at) & 0xf) * 4 : 40);
  }

  static boolean isError(Packet packet) {
    if (packet.isFragment() || packet.length < quoteAt(packet)) {
      return false;
    }
    int type = packet.bytes.get(packet.headerBytes()) & 0xff;
    return switch (packet.protocol()) {
      // Unreachable, time exceeded, parameter problem: RFC 792; for IPv6 all below 128.
      case Packet.ICMP -> packet.isIpv4() && (type == 3 || type == 11 || type == 12);
      case Packet.ICMPV6 -> !packet.isIpv4() && type < 128;
      default -> false;
    };
  }

  private static @Nullable Flow of(
      ByteBuffer bytes, int protocol, Address source, Address destination, int at, int end) {
    if (at + ICMP_HEADER_BYTES > end) {
      return null;
    }
    int first = bytes.getShort(at) & 0xffff;
    return switch (protocol) {
      case Packet.UDP, Packet.TCP ->
          new Flow(protocol, source, first, destination, bytes.getShort(at + 2) & 0xffff);
      case Packet.ICMP, Packet.ICMPV6 -> {
        int identifier = bytes.getShort(at + 4) & 0xffff;
        yield switch (first >>> 8) {
          case ECHO_REQUEST, ECHO_REQUEST_V6 ->
              new Flow(protocol, source, identifier, destination, 0);
          case ECHO_REPLY, ECHO_REPLY_V6 -> new Flow(protocol, source, 0, destination, identifier);
          default -> null;
        };
      }
      default -> null;
    };
  }
}
