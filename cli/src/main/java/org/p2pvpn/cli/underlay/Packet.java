package org.p2pvpn.cli.underlay;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One IP packet on its way. Its memory is used again; the {@link Underlay} owns it. */
final class Packet {
  /** Room for a packet of the usual MTU. */
  static final int USUAL_BYTES = 2048;

  static final int ICMP = 1;
  static final int TCP = 6;
  static final int UDP = 17;
  static final int ICMPV6 = 58;

  private static final int IPV4_HEADER_BYTES_MIN = 20;
  private static final int IPV6_HEADER_BYTES = 40;
  private static final int IPV6_FRAGMENT = 44;

  /** More fragments, or an offset; RFC 791. */
  private static final int FRAGMENT_BITS = 0x3fff;

  final ByteBuffer bytes;
  int length;
  @Nullable Host from;
  @Nullable Host to;

  /** Made by a router, e.g. an ICMP error: of no link, and past every NAT. */
  boolean routers;

  long dueNanos;

  /** Among packets due at the same time, the first sent is the first delivered. */
  long order;

  Packet(int capacity) {
    bytes = ByteBuffer.allocate(capacity);
  }

  void copyFrom(Packet other) {
    bytes.put(0, other.bytes, 0, other.length);
    length = other.length;
    from = other.from;
    to = other.to;
    routers = other.routers;
  }

  /** Whether all that the methods below look at is there. */
  boolean isWellFormed() {
    if (length < IPV4_HEADER_BYTES_MIN) {
      return false;
    }
    return switch (bytes.get(0) >>> 4) {
      case 4 ->
          headerBytes() >= IPV4_HEADER_BYTES_MIN
              && headerBytes() <= length
              && unsigned(2) == length;
      case 6 -> length >= IPV6_HEADER_BYTES && unsigned(4) + IPV6_HEADER_BYTES == length;
      default -> false;
    };
  }

  boolean isIpv4() {
    return bytes.get(0) >>> 4 == 4;
  }

  int headerBytes() {
    return isIpv4() ? (bytes.get(0) & 0xf) * 4 : IPV6_HEADER_BYTES;
  }

  /** The transport, when it follows at once; IPv6 extension headers count as one themselves. */
  int protocol() {
    return bytes.get(isIpv4() ? 9 : 6) & 0xff;
  }

  boolean isFragment() {
    return isIpv4() ? (unsigned(6) & FRAGMENT_BITS) != 0 : protocol() == IPV6_FRAGMENT;
  }

  /** One that has no transport header. */
  boolean isLaterFragment() {
    return isIpv4()
        ? (unsigned(6) & 0x1fff) != 0
        : protocol() == IPV6_FRAGMENT && (unsigned(IPV6_HEADER_BYTES + 2) & 0xfff8) != 0;
  }

  /** Of a fragment. */
  int fragmentId() {
    return isIpv4() ? unsigned(4) : bytes.getInt(IPV6_HEADER_BYTES + 4);
  }

  int sourceAt() {
    return isIpv4() ? 12 : 8;
  }

  int destinationAt() {
    return isIpv4() ? 16 : 24;
  }

  Address source() {
    return addressAt(sourceAt());
  }

  Address destination() {
    return addressAt(destinationAt());
  }

  private Address addressAt(int at) {
    return isIpv4()
        ? Address.ipv4(bytes.getInt(at))
        : new Address(bytes.getLong(at), bytes.getLong(at + 8));
  }

  int unsigned(int at) {
    return bytes.getShort(at) & 0xffff;
  }
}
