package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SuspendWatchTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final SuspendWatch watch = new SuspendWatch();

  @Test
  void theFirstLookSeesNoSleep() {
    assertThat(watch.sleptNanos(5 * SECOND, 9_000 * SECOND)).isZero();
  }

  @Test
  void clocksThatRunTogetherAreNoSleep() {
    watch.sleptNanos(0, 100 * SECOND);
    assertThat(watch.sleptNanos(60 * SECOND, 160 * SECOND)).isZero();
  }

  @Test
  void theUptimeThatRanAheadIsTheSleepAndIsToldOnce() {
    watch.sleptNanos(0, 100 * SECOND);
    assertThat(watch.sleptNanos(SECOND, 401 * SECOND)).isEqualTo(300 * SECOND);
    assertThat(watch.sleptNanos(2 * SECOND, 402 * SECOND)).isZero();
  }

  @Test
  void looksOnceASecond() {
    watch.sleptNanos(0, 100 * SECOND);
    assertThat(watch.sleptNanos(SECOND - 1)).isZero();
  }
}
