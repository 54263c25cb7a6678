package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SuspendWatchTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private long wallSeconds = 1_800_000_000L;
  private long uptimeSeconds = 100;
  private int looks;
  private final SuspendWatch watch =
      new SuspendWatch(
          () -> wallSeconds * SECOND,
          _ -> {
            looks++;
            return uptimeSeconds * SECOND;
          });

  /** So long after the last time, and with so much sleep in between. */
  private long slept(long nowSeconds, long awake, long asleep) {
    wallSeconds += awake + asleep;
    uptimeSeconds += awake + asleep;
    return watch.sleptNanos(nowSeconds * SECOND) / SECOND;
  }

  @Test
  void theFirstLookSeesNoSleep() {
    assertThat(slept(5, 0, 0)).isZero();
  }

  @Test
  void clocksThatRunTogetherAreNoSleepAndNotLookedAt() {
    slept(0, 0, 0);
    for (int second = 1; second <= 3600; second++) {
      assertThat(slept(second, 1, 0)).isZero();
    }
    assertThat(looks).isEqualTo(1);
  }

  @Test
  void sleepsAddUpUntilTheyAreForgotten() {
    slept(0, 0, 0);
    assertThat(slept(1, 1, 80)).isEqualTo(80);
    assertThat(slept(2, 1, 80)).isEqualTo(160);
    assertThat(slept(3, 1, 0)).isEqualTo(160);
    watch.forget();
    assertThat(slept(4, 1, 0)).isZero();
    assertThat(slept(5, 1, 10)).isEqualTo(10);
  }

  @Test
  void aWallClockThatIsSetIsNoSleep() {
    slept(0, 0, 0);
    wallSeconds += 7200;
    assertThat(slept(1, 1, 0)).isZero();
    wallSeconds -= 86_400;
    assertThat(slept(2, 1, 0)).isZero();
    assertThat(slept(3, 1, 130)).isEqualTo(130);
  }
}
