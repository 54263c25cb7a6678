package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class EchoTest {
  private static final long NOW = 9_000_000_000_000L;
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Random random = new Random(1);
  private final Echo echo = new Echo();

  @Test
  void knowsNoRoundTripBeforeTheFirstAnswer() {
    assertThat(echo.rttNanos()).isEqualTo(-1);
    long id = echo.next(NOW, random);
    assertThat(echo.rttNanos(id)).isEqualTo(-1);
    echo.onAnswer(id, NOW + 7 * MILLI);
    assertThat(echo.rttNanos()).isEqualTo(7 * MILLI);
    assertThat(echo.rttNanos(id)).isEqualTo(7 * MILLI);
  }

  @Test
  void anAnswerBeforeTheFirstRequestSaysNothing() {
    echo.onAnswer(0, NOW);
    assertThat(echo.rttNanos()).isEqualTo(-1);
  }

  @Test
  void anAnswerCountsOnce() {
    long id = echo.next(NOW, random);
    echo.onAnswer(id, NOW + MILLI);
    echo.onAnswer(id, NOW + 900 * MILLI);
    assertThat(echo.rttNanos()).isEqualTo(MILLI);
  }

  @Test
  void anAnswerToAnEarlierRequestSaysNothing() {
    long first = echo.next(NOW, random);
    long second = echo.next(NOW + 10 * MILLI, random);
    echo.onAnswer(first, NOW + 20 * MILLI);
    assertThat(echo.rttNanos()).isEqualTo(-1);
    echo.onAnswer(second, NOW + 30 * MILLI);
    assertThat(echo.rttNanos()).isEqualTo(20 * MILLI);
    assertThat(echo.rttNanos(first)).isEqualTo(-1);
  }

  @Test
  void anExitIsAskedMoreOftenThanAPeerThatIsWanted() {
    echo.onAnswer(echo.next(NOW, random), NOW + MILLI);
    assertThat(echo.isDue(Echo.Reason.EXIT, NOW + Echo.EXIT_NANOS - 1)).isFalse();
    assertThat(echo.isDue(Echo.Reason.EXIT, NOW + Echo.EXIT_NANOS)).isTrue();
    assertThat(echo.isDue(Echo.Reason.NAT, NOW + Echo.NAT_NANOS - 1)).isFalse();
    assertThat(echo.isDue(Echo.Reason.NAT, NOW + Echo.NAT_NANOS)).isTrue();
    assertThat(echo.isDue(Echo.Reason.WANTED, NOW + Echo.WANTED_NANOS - 1)).isFalse();
    assertThat(echo.isDue(Echo.Reason.WANTED, NOW + Echo.WANTED_NANOS)).isTrue();
  }

  @Test
  void newKeysOfOursAreAskedUnderEachSecondUntilOneIsAnswered() {
    echo.onInitiatedEpoch();
    long id = echo.next(NOW, random);
    for (int second = 1; second <= 30; second++) {
      long then = NOW + second * Echo.UNPROVEN_NANOS;
      assertThat(echo.isDue(Echo.Reason.NONE, then - 1)).isFalse();
      assertThat(echo.isDue(Echo.Reason.NONE, then)).isTrue();
      id = echo.next(then, random);
    }
    echo.onAnswer(id, NOW + 31 * Echo.UNPROVEN_NANOS);
    assertThat(echo.isDue(Echo.Reason.NONE, NOW + 3600 * Echo.UNPROVEN_NANOS)).isFalse();
  }

  @Test
  void anAnswerToARequestUnderOlderKeysProvesNothingAboutNewOnes() {
    long before = echo.next(NOW, random);
    echo.onInitiatedEpoch();
    echo.onAnswer(before, NOW + MILLI);
    assertThat(echo.isDue(Echo.Reason.NONE, NOW + Echo.UNPROVEN_NANOS)).isTrue();
  }

  @Test
  void aLostEchoUnderProvenKeysWaitsForItsTurn() {
    echo.onInitiatedEpoch();
    echo.onAnswer(echo.next(NOW, random), NOW + MILLI);
    echo.next(NOW + Echo.NAT_NANOS, random);
    assertThat(echo.isDue(Echo.Reason.NAT, NOW + Echo.NAT_NANOS + 2 * Echo.UNPROVEN_NANOS))
        .isFalse();
  }
}
