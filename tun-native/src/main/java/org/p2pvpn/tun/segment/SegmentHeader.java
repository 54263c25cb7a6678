package org.p2pvpn.tun.segment;

import java.nio.ByteBuffer;
import org.p2pvpn.tun.VirtioHeader;

/**
 * The headers of one super-packet, made ready once so that each segment costs a copy and a few
 * fields.
 */
final class SegmentHeader {
  // RFC 9293, section 3.1
  private static final int FIN = 0x01;
  private static final int PSH = 0x08;
  private static final int CWR = 0x80;

  private final byte[] bytes;
  private final PacketHeaders headers = new PacketHeaders();

  private boolean ipv4;
  private boolean tcp;
  private int firstId;
  private int firstSequence;
  private int flags;
  private int networkSum;
  private int pseudoSum;

  SegmentHeader(int headersMax) {
    bytes = new byte[headersMax];
  }

  /** Copies the packet's beginning and finds its headers. */
  PacketHeaders.Shape read(ByteBuffer source, int at, int packetBytes) {
    int available = Math.min(packetBytes, bytes.length);
    source.get(at, bytes, 0, available);
    return headers.parse(bytes, 0, available, packetBytes);
  }

  int bytes() {
    return headers.headerBytes;
  }

  boolean isTransportChecksum(PacketHeaders.Shape shape, int start, int offset) {
    return (shape == PacketHeaders.Shape.TCP || shape == PacketHeaders.Shape.UDP)
        && start == headers.networkBytes
        && offset == headers.checksumOffset();
  }

  boolean isOfGsoType(PacketHeaders.Shape shape, int gsoType) {
    return switch (gsoType) {
      case VirtioHeader.GSO_TCPV4, VirtioHeader.GSO_TCPV4 | VirtioHeader.GSO_ECN ->
          shape == PacketHeaders.Shape.TCP && headers.version == 4;
      case VirtioHeader.GSO_TCPV6, VirtioHeader.GSO_TCPV6 | VirtioHeader.GSO_ECN ->
          shape == PacketHeaders.Shape.TCP && headers.version == 6;
      case VirtioHeader.GSO_UDP_L4 -> shape == PacketHeaders.Shape.UDP;
      default -> false;
    };
  }

  /**
   * Takes out of the headers what differs from segment to segment.
   *
   * @param sumInPlace the checksum field holds the super-packet's pseudo-header sum. Then it is
   *     used, as Linux does, since with a routing header the addresses do not give it
   */
  void prepare(PacketHeaders.Shape shape, int packetBytes, boolean sumInPlace) {
    ipv4 = headers.version == 4;
    tcp = shape == PacketHeaders.Shape.TCP;
    int transport = headers.networkBytes;
    int checksumAt = transport + headers.checksumOffset();
    int transportBytes = packetBytes - transport;
    pseudoSum =
        sumInPlace
            ? Checksum.fold(Fields.getShort(bytes, checksumAt) + (~transportBytes & 0xffff))
            : headers.pseudoSum(bytes, 0);
    if (ipv4) {
      firstId = Fields.getShort(bytes, PacketHeaders.IPV4_ID);
      Fields.putShort(bytes, PacketHeaders.IPV4_LENGTH, 0);
      Fields.putShort(bytes, PacketHeaders.IPV4_ID, 0);
      Fields.putShort(bytes, PacketHeaders.IPV4_CHECKSUM, 0);
      networkSum = Checksum.sum(bytes, 0, transport);
    }
    if (tcp) {
      firstSequence = Fields.getInt(bytes, transport + PacketHeaders.TCP_SEQUENCE);
      flags = bytes[transport + PacketHeaders.TCP_FLAGS] & 0xff;
    }
  }

  /**
   * Writes the header of segment i.
   *
   * @param sequenceOffset payload bytes before this segment
   * @return its length
   */
  int copy(int i, boolean last, int sequenceOffset, int payload, byte[] target, int at) {
    int length = headers.headerBytes;
    int transport = headers.networkBytes;
    System.arraycopy(bytes, 0, target, at, length);
    int transportBytes = length - transport + payload;
    if (ipv4) {
      int total = length + payload;
      int id = (firstId + i) & 0xffff;
      Fields.putShort(target, at + PacketHeaders.IPV4_LENGTH, total);
      Fields.putShort(target, at + PacketHeaders.IPV4_ID, id);
      Fields.putShort(
          target, at + PacketHeaders.IPV4_CHECKSUM, Checksum.complement(networkSum + total + id));
    } else {
      Fields.putShort(
          target, at + PacketHeaders.IPV6_LENGTH, length + payload - PacketHeaders.IPV6_BYTES);
    }
    int partial = Checksum.fold(pseudoSum + transportBytes);
    int transportAt = at + transport;
    if (tcp) {
      Fields.putInt(
          target, transportAt + PacketHeaders.TCP_SEQUENCE, firstSequence + sequenceOffset);
      target[transportAt + PacketHeaders.TCP_FLAGS] = (byte) flagsOf(i, last);
      Fields.putShort(target, transportAt + PacketHeaders.TCP_CHECKSUM, partial);
    } else {
      Fields.putShort(target, transportAt + PacketHeaders.UDP_LENGTH, transportBytes);
      Fields.putShort(target, transportAt + PacketHeaders.UDP_CHECKSUM, partial);
    }
    return length;
  }

  /** CWR answers one congestion signal, so once; FIN and PSH belong to the last byte. */
  private int flagsOf(int i, boolean last) {
    int kept = i == 0 ? flags : flags & ~CWR;
    return last ? kept : kept & ~(FIN | PSH);
  }
}
