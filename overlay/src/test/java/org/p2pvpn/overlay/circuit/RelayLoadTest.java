package org.p2pvpn.overlay.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p2pvpn.overlay.circuit.RelayModel.SECOND;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class RelayLoadTest {
  private static final Offset<Double> ABOUT = Offset.offset(0.01);
  private final RelayLoad load = new RelayLoad(1000);
  private long nowNanos = -SECOND;
  private long relayed;

  private void seconds(int count, long bytesPerSecond, long queued, double cpu, long limitBits) {
    for (int i = 0; i < count; i++) {
      nowNanos += SECOND;
      relayed += bytesPerSecond;
      load.add(new RelayLoad.Sample(relayed, queued, cpu), limitBits, nowNanos);
    }
  }

  @Test
  void isNothingAtFirst() {
    assertThat(load.load()).isZero();
    relayed = 1_000_000_000;
    seconds(1, 0, 0, 0.3, 8000);
    assertThat(load.load()).isZero();
  }

  @Test
  void isTheShareOfTheBandwidthThatIsUsed() {
    seconds(30, 500, 0, 0.1, 8000);
    assertThat(load.load()).isCloseTo(0.5, ABOUT);
  }

  @Test
  void isTheProcessorsWhereThatIsMoreAndBandwidthHasNoLimit() {
    seconds(30, 1_000_000, 0, 0.7, 0);
    assertThat(load.load()).isCloseTo(0.7, ABOUT);
  }

  @Test
  void isTheQueuesWhenNothingGetsOut() {
    seconds(30, 0, 950, 0.1, 0);
    assertThat(load.load()).isCloseTo(0.95, ABOUT);
  }

  @Test
  void showsAStepWithinTenSecondsAndForgetsIt() {
    seconds(10, 1000, 0, 0, 8000);
    assertThat(load.load()).isGreaterThan(RelayLimits.LOAD_MAX);
    seconds(10, 0, 0, 0, 8000);
    assertThat(load.load()).isLessThan(0.1);
  }

  @Test
  void neverLeavesItsRange() {
    seconds(30, 1_000_000, 5000, 3, 8000);
    assertThat(load.load()).isBetween(0.99, 1.0);
    seconds(60, 0, -10, -1, 8000);
    assertThat(load.load()).isBetween(0.0, 0.01);
  }
}
