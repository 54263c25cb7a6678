package org.p2pvpn.overlay.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TalkShareTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private static long heard(TalkShare share, int messages, long nowNanos) {
    return IntStream.range(0, messages).filter(_ -> share.take(nowNanos)).count();
  }

  /** {@code System.nanoTime} may be anything, and may pass from the largest to the smallest. */
  @ParameterizedTest
  @ValueSource(
      longs = {0, -1, 1_000_000_000_000L, Long.MAX_VALUE - 500_000_000, Long.MIN_VALUE + 1})
  void aBurstIsHeardAndThenTheRate(long began) {
    TalkShare share = new TalkShare();
    assertThat(heard(share, 10_000, began)).isEqualTo(TalkShare.BURST);
    long later = 0;
    for (int milli = 1; milli <= 10_000; milli++) {
      later += heard(share, 20, began + milli * MILLI);
    }
    assertThat(later).isEqualTo(10 * TalkShare.PER_SECOND);
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 100, 100_000})
  void whoWasSilentHasNoMoreThanABurst(long seconds) {
    TalkShare share = new TalkShare();
    heard(share, 10_000, 0);
    assertThat(heard(share, 10_000, TimeUnit.SECONDS.toNanos(seconds))).isEqualTo(TalkShare.BURST);
  }
}
