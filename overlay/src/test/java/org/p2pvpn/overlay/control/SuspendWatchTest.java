package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SuspendWatchTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final SuspendWatch watch = new SuspendWatch();

  /** Looks at both clocks, then asks in the same second. */
  private long slept(long nowSeconds, long uptimeSeconds) {
    watch.look(nowSeconds * SECOND, uptimeSeconds * SECOND);
    return watch.sleptNanos(nowSeconds * SECOND) / SECOND;
  }

  @Test
  void theFirstLookSeesNoSleep() {
    assertThat(slept(5, 9_000)).isZero();
  }

  @Test
  void clocksThatRunTogetherAreNoSleep() {
    slept(0, 100);
    assertThat(slept(60, 160)).isZero();
  }

  @Test
  void sleepsAddUpUntilTheyAreForgotten() {
    slept(0, 100);
    assertThat(slept(1, 181)).isEqualTo(80);
    assertThat(slept(2, 262)).isEqualTo(160);
    assertThat(slept(3, 263)).isEqualTo(160);
    watch.forget();
    assertThat(slept(4, 264)).isZero();
    assertThat(slept(5, 275)).isEqualTo(10);
  }
}
