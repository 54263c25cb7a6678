package org.p2pvpn.tun.segment;

/**
 * Where the headers of one IP packet are. One object is used again for packet after packet; all
 * offsets count from the packet's first byte.
 *
 * <p>Reads remote bytes: every length is checked before it is used, and nothing throws.
 */
final class PacketHeaders {
  static final int IPV4_BYTES = 20;
  static final int IPV6_BYTES = 40;
  static final int TCP_BYTES = 20;
  static final int UDP_BYTES = 8;
  static final int TCP = 6;
  static final int UDP = 17;

  // Offsets in the headers: RFC 791, 8200, 9293, 768
  static final int IPV4_LENGTH = 2;
  static final int IPV4_ID = 4;
  static final int IPV4_FRAGMENT = 6;
  static final int IPV4_PROTOCOL = 9;
  static final int IPV4_CHECKSUM = 10;
  static final int IPV4_ADDRESSES = 12;
  static final int IPV6_LENGTH = 4;
  static final int IPV6_NEXT = 6;
  static final int IPV6_ADDRESSES = 8;
  static final int TCP_SEQUENCE = 4;
  static final int TCP_DATA_OFFSET = 12;
  static final int TCP_FLAGS = 13;
  static final int TCP_CHECKSUM = 16;
  static final int UDP_LENGTH = 4;
  static final int UDP_CHECKSUM = 6;

  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int AUTHENTICATION = 51;
  private static final int DESTINATION = 60;
  private static final int MOBILITY = 135;

  /** Ours: RFC 8200 recommends each header once and destination options twice. More is OTHER. */
  private static final int EXTENSIONS_MAX = 8;

  /** What a packet is to us. */
  enum Shape {
    TOO_SHORT,
    BAD_VERSION,
    LENGTH_MISMATCH,
    FRAGMENT,
    /** A sound IP header, and behind it not a whole TCP or UDP header. */
    OTHER,
    TCP,
    UDP
  }

  int version;

  /** IP header with options or extension headers; the transport header begins here. */
  int networkBytes;

  /** All headers: the payload begins here. */
  int headerBytes;

  /** The pseudo-header's destination is in a routing header, not in the IPv6 header. */
  boolean routedElsewhere;

  private int transport;

  /**
   * @param available bytes of the packet that are in the array, its beginning
   * @param length bytes of the whole packet
   */
  Shape parse(byte[] bytes, int at, int available, int length) {
    routedElsewhere = false;
    if (available < IPV4_BYTES) {
      return Shape.TOO_SHORT;
    }
    version = (bytes[at] & 0xff) >>> 4;
    Shape network =
        switch (version) {
          case 4 -> parseIpv4(bytes, at, available, length);
          case 6 -> parseIpv6(bytes, at, available, length);
          default -> Shape.BAD_VERSION;
        };
    if (network != Shape.OTHER) {
      return network;
    }
    return switch (transport) {
      case TCP -> parseTcp(bytes, at, available);
      case UDP -> parseUdp(bytes, at, available, length);
      default -> Shape.OTHER;
    };
  }

  private Shape parseIpv4(byte[] bytes, int at, int available, int length) {
    networkBytes = (bytes[at] & 0xf) * 4;
    if (networkBytes < IPV4_BYTES || networkBytes > available) {
      return Shape.TOO_SHORT;
    }
    if (Fields.getShort(bytes, at + IPV4_LENGTH) != length) {
      return Shape.LENGTH_MISMATCH;
    }
    // Offset or "more fragments"
    if ((Fields.getShort(bytes, at + IPV4_FRAGMENT) & 0x3fff) != 0) {
      return Shape.FRAGMENT;
    }
    transport = bytes[at + IPV4_PROTOCOL] & 0xff;
    return Shape.OTHER;
  }

  private Shape parseIpv6(byte[] bytes, int at, int available, int length) {
    if (available < IPV6_BYTES) {
      return Shape.TOO_SHORT;
    }
    if (Fields.getShort(bytes, at + IPV6_LENGTH) + IPV6_BYTES != length) {
      return Shape.LENGTH_MISMATCH;
    }
    int next = bytes[at + IPV6_NEXT] & 0xff;
    int offset = IPV6_BYTES;
    for (int i = 0; i < EXTENSIONS_MAX && isExtension(next); i++) {
      if (offset + 8 > available) {
        transport = -1;
        return Shape.OTHER;
      }
      if (next == FRAGMENT) {
        return Shape.FRAGMENT;
      }
      int units = bytes[at + offset + 1] & 0xff;
      if (next == ROUTING && bytes[at + offset + 3] != 0) {
        routedElsewhere = true;
      }
      int extensionBytes = next == AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8;
      next = bytes[at + offset] & 0xff;
      offset += extensionBytes;
    }
    networkBytes = offset;
    transport = next;
    return Shape.OTHER;
  }

  private static boolean isExtension(int next) {
    return switch (next) {
      case HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION, MOBILITY -> true;
      default -> false;
    };
  }

  private Shape parseTcp(byte[] bytes, int at, int available) {
    if (networkBytes + TCP_BYTES > available) {
      return Shape.OTHER;
    }
    int tcpBytes = (bytes[at + networkBytes + TCP_DATA_OFFSET] & 0xf0) >>> 2;
    headerBytes = networkBytes + tcpBytes;
    return tcpBytes < TCP_BYTES || headerBytes > available ? Shape.OTHER : Shape.TCP;
  }

  private Shape parseUdp(byte[] bytes, int at, int available, int length) {
    headerBytes = networkBytes + UDP_BYTES;
    if (headerBytes > available) {
      return Shape.OTHER;
    }
    int udpBytes = Fields.getShort(bytes, at + networkBytes + UDP_LENGTH);
    return udpBytes == length - networkBytes ? Shape.UDP : Shape.OTHER;
  }

  /** From the transport header on; only for TCP and UDP. */
  int checksumOffset() {
    return transport == TCP ? TCP_CHECKSUM : UDP_CHECKSUM;
  }

  /** The pseudo-header's sum without the length, not to be trusted when routed elsewhere. */
  int pseudoSum(byte[] bytes, int at) {
    int addresses =
        version == 4
            ? Checksum.sum(bytes, at + IPV4_ADDRESSES, 8)
            : Checksum.sum(bytes, at + IPV6_ADDRESSES, 32);
    return Checksum.fold(addresses + transport);
  }
}
