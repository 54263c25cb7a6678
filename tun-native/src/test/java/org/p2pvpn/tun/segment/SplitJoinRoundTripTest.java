package org.p2pvpn.tun.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.p2pvpn.tun.TunOffloads;

class SplitJoinRoundTripTest {
  private static final int ROUNDS = 2000;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 20261120, 77})
  void joiningTheSegmentsGivesTheSuperPacketBack(long seed) {
    Random random = new Random(seed);
    RecordingSink sink = new RecordingSink();
    Joiner joiner = new Joiner(TunOffloads.ALL, sink);
    for (int round = 0; round < ROUNDS; round++) {
      int gsoSize = 64 + random.nextInt(1300);
      PacketBuilder builder = PacketBuilder.random(random, Math.min(60_000, 60 * gsoSize));
      byte[] superPacket = builder.buildSuper(gsoSize);
      boolean complete = random.nextBoolean();
      List<byte[]> segments = Splits.split(superPacket, 1500, complete);
      for (byte[] segment : segments) {
        assertThat(
                !complete || SlowChecksum.holds(segment, builder.transportAt(), builder.protocol()))
            .describedAs("checksum, seed %d round %d", seed, round)
            .isTrue();
        joiner.accept(segment, 0, segment.length, !complete);
      }
      joiner.flush();
      assertThat(sink.written).describedAs("seed %d round %d", seed, round).hasSize(1);
      byte[] expected = segments.size() > 1 ? superPacket : builder.buildSingle(!complete);
      assertThat(sink.written.getFirst())
          .describedAs("seed %d round %d", seed, round)
          .isEqualTo(expected);
      sink.written.clear();
    }
  }
}
