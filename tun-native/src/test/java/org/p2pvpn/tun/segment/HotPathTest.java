package org.p2pvpn.tun.segment;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunOffloads;

class HotPathTest {
  private static final int ROUNDS = 2000;

  /** Ours: asking costs a few bytes by itself; one object a packet would be a megabyte and more. */
  private static final long TOLERANCE_BYTES = 10_000;

  private final byte[] superPacket = PacketBuilder.udp4().payload(45 * 1360).buildSuper(1360);
  private final TunBuffer source = PacketBuilder.inBuffer(superPacket);
  private final List<byte[]> segments = Splits.split(superPacket, 1420, true);
  private final byte[] target = new byte[1420];
  private final Splitter splitter = new Splitter();
  private final Joiner joiner = new Joiner(TunOffloads.ALL, (buffer, at, length) -> {});

  @Test
  void splittingAllocatesNothing() {
    assertThat(allocatedBytes(this::split)).isLessThan(TOLERANCE_BYTES);
  }

  @Test
  void joiningAllocatesNothing() {
    assertThat(allocatedBytes(this::join)).isLessThan(TOLERANCE_BYTES);
  }

  private void split() {
    splitter.begin(source, 0, superPacket.length, 1420);
    for (int i = 0; i < splitter.segments(); i++) {
      int length = splitter.copySegment(i, target, 0);
      splitter.completeChecksum(target, 0, length);
    }
  }

  private void join() {
    for (int i = 0; i < segments.size(); i++) {
      byte[] segment = segments.get(i);
      joiner.accept(segment, 0, segment.length, false);
    }
    joiner.flush();
  }

  private static long allocatedBytes(Runnable work) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < ROUNDS; i++) {
      work.run();
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < ROUNDS; i++) {
      work.run();
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
