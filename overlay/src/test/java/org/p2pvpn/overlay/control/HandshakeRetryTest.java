package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.session.EpochLimits;

final class HandshakeRetryTest {
  private static final long BEGAN = 5;

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  @Test
  void triesAgainSoonAtFirstAndEveryFiveSecondsLater() {
    Random random = new Random(1);
    HandshakeRetry retry = HandshakeRetry.first(BEGAN, random);
    long[] leastMillis = {200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000};
    long now = BEGAN;
    for (int i = 0; i < leastMillis.length; i++) {
      assertThat(retry.attempts()).isEqualTo(i + 1);
      assertThat(millis(retry.nextNanos() - now)).isBetween(leastMillis[i], leastMillis[i] + 333);
      now = retry.nextNanos();
      retry = retry.afterSending(now, random);
    }
  }

  @Test
  void isDueAtItsTimeAndNotBefore() {
    HandshakeRetry retry = HandshakeRetry.first(BEGAN, new Random(1));
    assertThat(retry.isDue(retry.nextNanos() - 1)).isFalse();
    assertThat(retry.isDue(retry.nextNanos())).isTrue();
  }

  @Test
  void isHopelessNinetySecondsAfterTheFirstAttempt() {
    Random random = new Random(1);
    HandshakeRetry retry = HandshakeRetry.first(BEGAN, random);
    retry = retry.afterSending(BEGAN + TimeUnit.SECONDS.toNanos(60), random);
    assertThat(retry.isHopeless(BEGAN + EpochLimits.GIVE_UP_AFTER_NANOS - 1)).isFalse();
    assertThat(retry.isHopeless(BEGAN + EpochLimits.GIVE_UP_AFTER_NANOS)).isTrue();
  }

  @Test
  void aCookieMakesTheSameAttemptDueAtOnce() {
    HandshakeRetry retry = HandshakeRetry.first(BEGAN, new Random(1)).atOnce(BEGAN + 3);
    assertThat(retry.attempts()).isEqualTo(1);
    assertThat(retry.beganNanos()).isEqualTo(BEGAN);
    assertThat(retry.isDue(BEGAN + 3)).isTrue();
  }

  @Test
  void twoNodesDoNotStayInStep() {
    HandshakeRetry left = HandshakeRetry.first(BEGAN, new Random(1));
    HandshakeRetry right = HandshakeRetry.first(BEGAN, new Random(2));
    assertThat(left.nextNanos()).isNotEqualTo(right.nextNanos());
  }

  @Test
  void whoIsLongGoneIsCalledSeldom() {
    Random random = new Random(1);
    HandshakeRetry retry = HandshakeRetry.first(BEGAN, random);
    long now = BEGAN;
    while (!retry.isHopeless(now)) {
      now = retry.nextNanos();
      assertThat(retry.isResting(now)).isFalse();
      retry = retry.afterSending(now, random);
    }
    assertThat(retry.isYoung()).isFalse();
    assertThat(retry.isResting(now)).isTrue();
    assertThat(millis(retry.nextNanos() - now)).isBetween(20_000L, 20_333L);
    assertThat(retry.atOnce(now).isDue(now)).isTrue();
  }
}
