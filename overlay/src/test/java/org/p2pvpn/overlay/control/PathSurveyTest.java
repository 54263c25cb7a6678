package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathSurveyTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** IPv6, UDP, message, and a layer of 37 for each hop before the last. */
  private static long wireBytes(byte[] probe, int hops) {
    return probe.length + 48 + 32 + 37L * (hops - 1);
  }

  @ParameterizedTest
  @CsvSource({"2,1000", "2,100000", "3,1000000", "5,20000", "5,10000000"})
  void measuringCostsLessThanOnePercentOfTheTraffic(int hops, long bytesASecond) {
    HopWorld world = new HopWorld(2 * (hops - 1));
    Peer exit = world.use(hops);
    world.open();
    world.steps(SECOND);
    world.asides.clear();
    long carried = 0;
    for (long end = world.now + 60 * SECOND; world.now < end; ) {
      long bytes = bytesASecond * HopWorld.TICK / SECOND;
      exit.session.onSent(bytes, world.now);
      exit.session.onReceived(bytes, world.now);
      carried += 2 * bytes;
      world.step();
    }
    long cost = world.asides.stream().mapToLong(probe -> 2 * wireBytes(probe, hops)).sum();
    assertThat(cost).isLessThan(carried / 100);
    assertThat(world.asides.size()).isLessThanOrEqualTo(2 * 60 * 20);
    if (bytesASecond >= 100_000) {
      assertThat(world.asides.size()).isGreaterThan(60);
      assertThat(world.asides).anyMatch(probe -> probe.length > 1000);
    }
  }
}
