package org.p2pvpn.tun.segment;

import java.util.Objects;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.VirtioHeader;

/**
 * Cuts what a TUN device gave into the packets that a Linux kernel would have put on the wire
 * (net/ipv4/tcp_offload.c, udp_offload.c, af_inet.c and net/ipv6/ip6_offload.c).
 *
 * <p>{@link #begin} looks at one super-packet and prepares a header; then each segment is copied to
 * where the caller wants it. The source must stay as it is until the last segment is copied. One
 * thread; no allocation; nothing throws for what a packet holds.
 *
 * <p>A segment's transport checksum is complete, or partial as CHECKSUM_PARTIAL has it: the field
 * holds the folded sum of the pseudo-header with that segment's own length, not complemented.
 * {@link #checksumPartial} tells which.
 */
public final class Splitter {
  /** Ours: IPv6 with a routing header of six addresses and full TCP options fits. */
  private static final int HEADERS_MAX = 256;

  private static final int NO_CHECKSUM_TO_COMPLETE = -1;

  private final SegmentHeader header = new SegmentHeader(HEADERS_MAX);
  private final PartialChecksum completer = new PartialChecksum();

  private TunBuffer source = TunBuffer.allocate(0);
  private int payloadAt;
  private int payloadBytes;
  private int segmentPayloadBytes;
  private int segments;
  private boolean superPacket;
  private boolean partial;
  private int completeFrom;
  private int completeAt;

  /**
   * Looks at one virtio header and the packet behind it. After any answer but {@link
   * SplitVerdict#PASSED} there are no segments.
   *
   * @param mtuBytes the largest segment to make, IP header included
   */
  public SplitVerdict begin(TunBuffer source, int at, int length, int mtuBytes) {
    Objects.checkFromIndexSize(at, length, source.capacity());
    this.source = source;
    segments = 0;
    partial = false;
    completeFrom = NO_CHECKSUM_TO_COMPLETE;
    int packetBytes = length - VirtioHeader.BYTES;
    if (packetBytes < PacketHeaders.IPV4_BYTES) {
      return SplitVerdict.TOO_SHORT;
    }
    PacketHeaders.Shape shape = header.read(source.bytes(), at + VirtioHeader.BYTES, packetBytes);
    return switch (shape) {
      case TOO_SHORT -> SplitVerdict.TOO_SHORT;
      case BAD_VERSION -> SplitVerdict.BAD_VERSION;
      case LENGTH_MISMATCH -> SplitVerdict.LENGTH_MISMATCH;
      case FRAGMENT, OTHER, TCP, UDP ->
          VirtioHeader.gsoType(source.bytes(), at) == VirtioHeader.GSO_NONE
              ? beginSingle(at, packetBytes, mtuBytes, shape)
              : beginSuper(at, packetBytes, mtuBytes, shape);
    };
  }

  private SplitVerdict beginSingle(
      int at, int packetBytes, int mtuBytes, PacketHeaders.Shape shape) {
    if (packetBytes > mtuBytes) {
      return SplitVerdict.ABOVE_MTU;
    }
    if (needsChecksum(at)) {
      int start = VirtioHeader.checksumStart(source.bytes(), at);
      int offset = VirtioHeader.checksumOffset(source.bytes(), at);
      if (header.isTransportChecksum(shape, start, offset)) {
        partial = true;
      } else if (start >= PacketHeaders.IPV4_BYTES && start + offset + 2 <= packetBytes) {
        // The kernel left the checksum of an inner packet to us, as of a tunnel over this tunnel.
        completeFrom = start;
        completeAt = start + offset;
      } else {
        return SplitVerdict.CHECKSUM_OFFSETS;
      }
    }
    superPacket = false;
    payloadAt = at + VirtioHeader.BYTES;
    payloadBytes = packetBytes;
    segmentPayloadBytes = packetBytes;
    segments = 1;
    return SplitVerdict.PASSED;
  }

  private SplitVerdict beginSuper(
      int at, int packetBytes, int mtuBytes, PacketHeaders.Shape shape) {
    if (!header.isOfGsoType(shape, VirtioHeader.gsoType(source.bytes(), at))) {
      return SplitVerdict.GSO_TYPE;
    }
    int gsoSize = VirtioHeader.gsoSize(source.bytes(), at);
    if (gsoSize == 0) {
      return SplitVerdict.GSO_SIZE;
    }
    if (VirtioHeader.headerLength(source.bytes(), at) > packetBytes) {
      return SplitVerdict.HEADER_LENGTH;
    }
    boolean sumInPlace = needsChecksum(at);
    if (sumInPlace
        && !header.isTransportChecksum(
            shape,
            VirtioHeader.checksumStart(source.bytes(), at),
            VirtioHeader.checksumOffset(source.bytes(), at))) {
      return SplitVerdict.CHECKSUM_OFFSETS;
    }
    payloadBytes = packetBytes - header.bytes();
    segmentPayloadBytes = Math.max(1, Math.min(gsoSize, payloadBytes));
    if (header.bytes() + segmentPayloadBytes > mtuBytes) {
      return SplitVerdict.ABOVE_MTU;
    }
    superPacket = true;
    partial = true;
    payloadAt = at + VirtioHeader.BYTES + header.bytes();
    segments = Math.max(1, (payloadBytes + segmentPayloadBytes - 1) / segmentPayloadBytes);
    header.prepare(shape, packetBytes, sumInPlace);
    return SplitVerdict.PASSED;
  }

  private boolean needsChecksum(int at) {
    return (VirtioHeader.flags(source.bytes(), at) & VirtioHeader.FLAG_NEEDS_CSUM) != 0;
  }

  public int segments() {
    return segments;
  }

  /** All segments but the last have the same length. */
  public int segmentLength(int i) {
    int payload = payloadOf(i);
    return superPacket ? header.bytes() + payload : payload;
  }

  private int payloadOf(int i) {
    return Math.min(segmentPayloadBytes, payloadBytes - i * segmentPayloadBytes);
  }

  /** The segments' transport checksum is partial. */
  public boolean checksumPartial() {
    return partial;
  }

  /**
   * Copies one segment.
   *
   * @return its length
   */
  public int copySegment(int i, byte[] target, int at) {
    Objects.checkIndex(i, segments);
    int payload = payloadOf(i);
    int before = i * segmentPayloadBytes;
    int from = payloadAt + before;
    if (superPacket) {
      int headerBytes = header.copy(i, i == segments - 1, before, payload, target, at);
      source.bytes().get(from, target, at + headerBytes, payload);
      return headerBytes + payload;
    }
    source.bytes().get(from, target, at, payload);
    if (completeFrom != NO_CHECKSUM_TO_COMPLETE) {
      PartialChecksum.completeRange(target, at + completeFrom, at + payload, at + completeAt, true);
    }
    return payload;
  }

  /**
   * Turns a partial checksum into a complete one, in place.
   *
   * @return whether this was a TCP or UDP packet; otherwise it is left as it was
   */
  public boolean completeChecksum(byte[] packet, int at, int length) {
    return completer.complete(packet, at, length);
  }
}
