package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.score.PathScore;
import org.p2pvpn.overlay.wire.Frame;

final class PathGaugeTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final PathGauge gauge = new PathGauge();
  private final Random random = new Random(1);
  private long now = 1_000_000_000L;

  private static byte[] echo(byte[] probe) {
    byte[] echo = probe.clone();
    echo[0] = Frame.ECHO_ASIDE;
    return echo;
  }

  private void probe(boolean isLarge, long roundTripNanos) {
    byte[] probe = gauge.next(isLarge, random, now);
    now += roundTripNanos;
    assertThat(gauge.onEcho(echo(probe), now)).isEqualTo(roundTripNanos);
  }

  private void lose() {
    gauge.next(false, random, now);
    now += PathGauge.LOST_AFTER_NANOS;
    gauge.expire(now);
  }

  @Test
  void aProbeIsItsFrameByteAnIdAndPadding() {
    assertThat(gauge.next(false, random, now)).hasSize(9).startsWith(6);
    assertThat(gauge.next(true, random, now)).hasSize(1281).startsWith(6);
  }

  @Test
  void anEchoCountsOnceAndOnlyWhenItIsWhole() {
    byte[] echo = echo(gauge.next(true, random, now));
    assertThat(gauge.onEcho(java.util.Arrays.copyOf(echo, 9), now)).isEqualTo(-1);
    assertThat(gauge.onEcho(new byte[1], now)).isEqualTo(-1);
    assertThat(gauge.onEcho(echo, now + 5)).isEqualTo(5);
    assertThat(gauge.onEcho(echo, now + 6)).isEqualTo(-1);
  }

  @Test
  void whatIsNotAnsweredWithinASecondIsLost() {
    byte[] echo = echo(gauge.next(false, random, now));
    gauge.expire(now + PathGauge.LOST_AFTER_NANOS - 1);
    assertThat(gauge.takeReport()).isEqualTo(new PathGauge.Lately(0, 0));
    gauge.expire(now + PathGauge.LOST_AFTER_NANOS);
    assertThat(gauge.takeReport()).isEqualTo(new PathGauge.Lately(1, 1));
    assertThat(gauge.onEcho(echo, now + 2 * PathGauge.LOST_AFTER_NANOS)).isEqualTo(-1);
    assertThat(gauge.takeReport()).isEqualTo(new PathGauge.Lately(0, 0));
  }

  @Test
  void nothingMeasuredIsNothingKnown() {
    assertThat(gauge.figures()).isEqualTo(PathScore.Probes.NONE);
    assertThat(gauge.figuresAtWorst().loss()).isEqualTo(1);
  }

  @Test
  void lossIsTheShareOfTheLastProbes() {
    for (int i = 0; i < 1000; i++) {
      probe(false, MILLI);
    }
    assertThat(gauge.figures().loss()).isZero();
    assertThat(gauge.figuresAtWorst().loss()).isBetween(0.005, 0.01);
    for (int i = 0; i < 1000; i++) {
      if (i % 10 == 0) {
        lose();
      } else {
        probe(false, MILLI);
      }
    }
    assertThat(gauge.figures().loss()).isBetween(0.08, 0.12);
    assertThat(gauge.figuresAtWorst().loss()).isBetween(0.10, 0.15);
  }

  /** threats.md 34: what is done to large packets only, small probes never see. */
  @Test
  void aPathThatDelaysOnlyLargePacketsIsAsFarAsThose() {
    for (int i = 0; i < 80; i++) {
      probe(i % 8 == 0, i % 8 == 0 ? 300 * MILLI : 2 * MILLI);
    }
    assertThat(gauge.figures().rttNanos()).isEqualTo(300 * MILLI);
    assertThat(gauge.roundTrip().smoothedNanos()).isEqualTo(2 * MILLI);
  }

  @Test
  void theLeastOfTheLastSecondsLeavesQueuesOut() {
    for (int i = 0; i < 100; i++) {
      probe(false, (i % 10 == 0 ? 20 : 150) * MILLI);
    }
    assertThat(gauge.figures().rttNanos()).isEqualTo(20 * MILLI);
    for (int i = 0; i < 100; i++) {
      probe(false, 150 * MILLI);
    }
    assertThat(gauge.figures().rttNanos()).isEqualTo(150 * MILLI);
  }
}
