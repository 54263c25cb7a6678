package org.p2pvpn.benchmarks;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.VirtioHeader;
import org.p2pvpn.tun.segment.Joiner;
import org.p2pvpn.tun.segment.SplitVerdict;
import org.p2pvpn.tun.segment.Splitter;

/** One super-packet of {@link #SEGMENTS} segments: cut into them, and made of them again. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SegmentBenchmark {
  private static final int SEGMENTS = 44;
  private static final int SEGMENT_BYTES = 1340;
  private static final int MTU_BYTES = 1407;
  private static final int IPV6_BYTES = 40;

  /** What is in the super-packet. */
  public enum Protocol {
    TCP(6, 20, VirtioHeader.GSO_TCPV6, 16),
    UDP(17, 8, VirtioHeader.GSO_UDP_L4, 6);

    private final int number;
    private final int headerBytes;
    private final int gsoType;
    private final int checksumOffset;

    Protocol(int number, int headerBytes, int gsoType, int checksumOffset) {
      this.number = number;
      this.headerBytes = headerBytes;
      this.gsoType = gsoType;
      this.checksumOffset = checksumOffset;
    }
  }

  @Param({"TCP", "UDP"})
  private Protocol protocol = Protocol.TCP;

  private int writes;
  private final TunBuffer superPacket = TunBuffer.allocate(VirtioHeader.BYTES + 65_535);
  private final Splitter splitter = new Splitter();
  private final Joiner joiner = new Joiner(TunOffloads.ALL, (_, _, _) -> writes++);
  private final byte[][] segments = new byte[SEGMENTS][];
  private final byte[] segment = new byte[MTU_BYTES];
  private int length;

  @Setup
  public void build() {
    int headers = IPV6_BYTES + protocol.headerBytes;
    int payload = SEGMENTS * SEGMENT_BYTES;
    length = VirtioHeader.BYTES + headers + payload;
    ByteBuffer bytes = superPacket.bytes();
    VirtioHeader.putSuper(
        bytes, 0, protocol.gsoType, headers, SEGMENT_BYTES, IPV6_BYTES, protocol.checksumOffset);
    int at = VirtioHeader.BYTES;
    bytes.putInt(at, 0x6000_0000).putShort(at + 4, (short) (protocol.headerBytes + payload));
    bytes.put(at + 6, (byte) protocol.number).put(at + 7, (byte) 64);
    for (int i = 8; i < IPV6_BYTES; i++) {
      bytes.put(at + i, (byte) i);
    }
    int transport = at + IPV6_BYTES;
    bytes.putInt(transport, 40_000 << 16 | 7000);
    if (protocol == Protocol.TCP) {
      bytes.putInt(transport + 4, 1).putInt(transport + 8, 1);
      bytes.putInt(transport + 12, 0x5010_01F4);
    } else {
      bytes.putShort(transport + 4, (short) (protocol.headerBytes + payload));
    }
    for (int i = 0; i < SEGMENTS; i++) {
      split(i);
      segments[i] = java.util.Arrays.copyOf(segment, splitter.segmentLength(i));
    }
    writes = 0;
    if (join() != 1) {
      throw new IllegalStateException("the segments were not joined to one super-packet");
    }
  }

  private void split(int i) {
    if (splitter.begin(superPacket, 0, length, MTU_BYTES) != SplitVerdict.PASSED) {
      throw new IllegalStateException("the super-packet cannot be split");
    }
    splitter.copySegment(i, segment, 0);
  }

  /** Per super-packet. */
  @Benchmark
  public byte[] split() {
    splitter.begin(superPacket, 0, length, MTU_BYTES);
    for (int i = 0; i < SEGMENTS; i++) {
      splitter.copySegment(i, segment, 0);
    }
    return segment;
  }

  /** Per super-packet; the write to the device is left out. */
  @Benchmark
  public int join() {
    for (byte[] packet : segments) {
      joiner.accept(packet, 0, packet.length, true);
    }
    joiner.flush();
    return writes;
  }
}
