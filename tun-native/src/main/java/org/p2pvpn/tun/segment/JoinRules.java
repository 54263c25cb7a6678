package org.p2pvpn.tun.segment;

/** Which packets may be part of a super-packet at all, whatever the others are. */
final class JoinRules {
  // RFC 9293, section 3.1
  static final int FIN = 0x01;
  static final int SYN = 0x02;
  static final int RST = 0x04;
  static final int PSH = 0x08;
  static final int URG = 0x20;
  static final int CWR = 0x80;

  private JoinRules() {}

  static boolean isJoinable(byte[] packet, int at, int length, PacketHeaders headers, boolean tcp) {
    // GRO refuses IPv4 options; an empty payload is nothing to join.
    if ((headers.version == 4 && headers.networkBytes != PacketHeaders.IPV4_BYTES)
        || headers.headerBytes > JoinFlow.HEADERS_MAX
        || headers.routedElsewhere
        || length <= headers.headerBytes
        || length > JoinFlow.PACKET_MAX) {
      return false;
    }
    int transport = at + headers.networkBytes;
    return tcp
        ? (packet[transport + PacketHeaders.TCP_FLAGS] & (SYN | RST | URG)) == 0
        // No checksum; a super-packet would give it one.
        : Fields.getShort(packet, transport + PacketHeaders.UDP_CHECKSUM) != 0;
  }

  /** Nothing may follow in the same super-packet. */
  static boolean endsSuperPacket(byte[] packet, int at, PacketHeaders headers) {
    int flags = packet[at + headers.networkBytes + PacketHeaders.TCP_FLAGS];
    return (flags & (FIN | PSH)) != 0;
  }

  static boolean checksumsHold(
      byte[] packet, int at, int length, PacketHeaders headers, boolean partial) {
    if (headers.version == 4 && Checksum.sum(packet, at, headers.networkBytes) != 0xffff) {
      return false;
    }
    if (partial) {
      return true;
    }
    int transportBytes = length - headers.networkBytes;
    int sum =
        Checksum.sum(packet, at + headers.networkBytes, transportBytes)
            + headers.pseudoSum(packet, at)
            + transportBytes;
    return Checksum.fold(sum) == 0xffff;
  }

  /**
   * What a partial checksum must be. With a routing header only the sender knows it, so it stays as
   * it came; a wrong one spoils that packet and no other.
   */
  static int partialSum(byte[] packet, int at, int length, PacketHeaders headers) {
    if (headers.routedElsewhere) {
      return Fields.getShort(packet, at + headers.networkBytes + headers.checksumOffset());
    }
    return Checksum.fold(headers.pseudoSum(packet, at) + length - headers.networkBytes);
  }
}
