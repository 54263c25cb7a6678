package org.p2pvpn.tun.segment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.VirtioHeader;

/** One super-packet in the making: the first packet's headers, and the payloads behind them. */
final class JoinFlow {
  /** Ours: longer ones are written singly. */
  static final int HEADERS_MAX = 256;

  /** What an IPv4 length field holds. IPv6 could have 40 more; one limit for both is simpler. */
  static final int PACKET_MAX = 65_535;

  /** UDP_GRO_CNT_MAX of net/ipv4/udp_offload.c; older kernels refuse to send more. */
  private static final int DATAGRAMS_MAX = 64;

  private static final int IPV4_DONT_FRAGMENT = 0x40;

  final FlowKey key = new FlowKey();
  final TunBuffer buffer = TunBuffer.allocate(Joiner.BUFFER_BYTES);
  private final byte[] first = new byte[HEADERS_MAX];

  private boolean ipv4;
  private boolean tcp;
  private boolean partial;
  private boolean sameId;
  private int networkBytes;
  private int headerBytes;
  private int checksumOffset;
  private int pseudoSum;
  private int segmentBytes;
  private int packetBytes;
  private int count;
  private int nextSequence;
  private int flags;

  void open(
      byte[] packet, int at, int length, PacketHeaders headers, boolean partial, boolean tcp) {
    this.tcp = tcp;
    this.partial = partial;
    ipv4 = headers.version == 4;
    sameId = false;
    networkBytes = headers.networkBytes;
    headerBytes = headers.headerBytes;
    checksumOffset = headers.checksumOffset();
    pseudoSum = headers.pseudoSum(packet, at);
    segmentBytes = length - headerBytes;
    packetBytes = length;
    count = 1;
    System.arraycopy(packet, at, first, 0, headerBytes);
    buffer.bytes().put(VirtioHeader.BYTES, packet, at, length);
    if (tcp) {
      nextSequence = Fields.getInt(first, networkBytes + PacketHeaders.TCP_SEQUENCE) + segmentBytes;
      flags = first[networkBytes + PacketHeaders.TCP_FLAGS];
    }
  }

  /** Whether a packet of the same flow, joinable by itself, continues this one. */
  boolean mayAppend(byte[] packet, int at, int length, PacketHeaders headers) {
    int payload = length - headerBytes;
    return headers.headerBytes == headerBytes
        && headers.networkBytes == networkBytes
        && payload <= segmentBytes
        && packetBytes + payload <= PACKET_MAX
        && (ipv4 ? continuesIpv4(packet, at) : continuesIpv6(packet, at))
        && (!tcp || continuesTcp(packet, at + networkBytes));
  }

  private boolean continuesIpv4(byte[] packet, int at) {
    // Type of service; flags and fragment offset, time to live, protocol
    if (packet[at + 1] != first[1]
        || Fields.getInt(packet, at + PacketHeaders.IPV4_FRAGMENT) >>> 8
            != Fields.getInt(first, PacketHeaders.IPV4_FRAGMENT) >>> 8) {
      return false;
    }
    int ahead =
        Fields.getShort(packet, at + PacketHeaders.IPV4_ID)
                - Fields.getShort(first, PacketHeaders.IPV4_ID)
            & 0xffff;
    if (count == 1
        && ahead == 0
        && (first[PacketHeaders.IPV4_FRAGMENT] & IPV4_DONT_FRAGMENT) != 0) {
      // All fragmentable is false, so the id means nothing (RFC 6864) and may stand still.
      sameId = true;
    }
    return ahead == (sameId ? 0 : count);
  }

  private boolean continuesIpv6(byte[] packet, int at) {
    // Version, traffic class, flow label; next header, hop limit; extension headers
    return Fields.getInt(packet, at) == Fields.getInt(first, 0)
        && Fields.getShort(packet, at + PacketHeaders.IPV6_NEXT)
            == Fields.getShort(first, PacketHeaders.IPV6_NEXT)
        && (networkBytes == PacketHeaders.IPV6_BYTES
            || Arrays.equals(
                packet,
                at + PacketHeaders.IPV6_BYTES,
                at + networkBytes,
                first,
                PacketHeaders.IPV6_BYTES,
                networkBytes));
  }

  private boolean continuesTcp(byte[] packet, int transport) {
    // Acknowledgement; then data offset, flags and window. A CWR can only be the first's.
    long now = Fields.getLong(packet, transport + 8);
    long before = Fields.getLong(first, networkBytes + 8);
    long differing =
        (now ^ before) & ~((long) (JoinRules.CWR | JoinRules.FIN | JoinRules.PSH) << 16);
    return differing == 0
        && (packet[transport + PacketHeaders.TCP_FLAGS] & JoinRules.CWR) == 0
        && Fields.getInt(packet, transport + PacketHeaders.TCP_SEQUENCE) == nextSequence
        // Urgent pointer and options
        && Arrays.equals(
            packet,
            transport + PacketHeaders.TCP_CHECKSUM + 2,
            transport + headerBytes - networkBytes,
            first,
            networkBytes + PacketHeaders.TCP_CHECKSUM + 2,
            headerBytes);
  }

  /** Returns whether nothing more may follow. */
  boolean append(byte[] packet, int at, int length) {
    int payload = length - headerBytes;
    buffer.bytes().put(VirtioHeader.BYTES + packetBytes, packet, at + headerBytes, payload);
    packetBytes += payload;
    count++;
    if (!tcp) {
      return payload < segmentBytes || count == DATAGRAMS_MAX;
    }
    nextSequence += payload;
    int added =
        packet[at + networkBytes + PacketHeaders.TCP_FLAGS] & (JoinRules.FIN | JoinRules.PSH);
    flags |= added;
    return added != 0 || payload < segmentBytes;
  }

  /**
   * Writes the virtio header and the fields that depend on the whole; returns the length of all.
   */
  int finish() {
    ByteBuffer bytes = buffer.bytes();
    if (count > 1) {
      finishSuper(bytes);
    } else if (partial) {
      VirtioHeader.putPartial(bytes, 0, networkBytes, checksumOffset);
      putPartialSum(bytes);
    } else {
      VirtioHeader.putPlain(bytes, 0);
    }
    return VirtioHeader.BYTES + packetBytes;
  }

  private void finishSuper(ByteBuffer bytes) {
    int ip = VirtioHeader.BYTES;
    int transport = ip + networkBytes;
    if (ipv4) {
      Fields.putShort(first, PacketHeaders.IPV4_LENGTH, packetBytes);
      Fields.putShort(first, PacketHeaders.IPV4_CHECKSUM, 0);
      int sum = Checksum.sum(first, 0, PacketHeaders.IPV4_BYTES);
      bytes.putShort(ip + PacketHeaders.IPV4_LENGTH, (short) packetBytes);
      bytes.putShort(ip + PacketHeaders.IPV4_CHECKSUM, (short) Checksum.complement(sum));
    } else {
      bytes.putShort(
          ip + PacketHeaders.IPV6_LENGTH, (short) (packetBytes - PacketHeaders.IPV6_BYTES));
    }
    if (tcp) {
      bytes.put(transport + PacketHeaders.TCP_FLAGS, (byte) flags);
    } else {
      bytes.putShort(transport + PacketHeaders.UDP_LENGTH, (short) (packetBytes - networkBytes));
    }
    putPartialSum(bytes);
    VirtioHeader.putSuper(
        bytes, 0, gsoType(), headerBytes, segmentBytes, networkBytes, checksumOffset);
  }

  private void putPartialSum(ByteBuffer bytes) {
    int sum = Checksum.fold(pseudoSum + packetBytes - networkBytes);
    bytes.putShort(VirtioHeader.BYTES + networkBytes + checksumOffset, (short) sum);
  }

  private int gsoType() {
    if (!tcp) {
      return VirtioHeader.GSO_UDP_L4;
    }
    int type = ipv4 ? VirtioHeader.GSO_TCPV4 : VirtioHeader.GSO_TCPV6;
    return (flags & JoinRules.CWR) != 0 ? type | VirtioHeader.GSO_ECN : type;
  }
}
