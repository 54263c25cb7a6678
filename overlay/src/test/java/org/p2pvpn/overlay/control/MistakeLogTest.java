package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MistakeLogTest {
  private static final long NOW = 9_000_000_000_000L;

  private final MistakeLog log = new MistakeLog();

  @Test
  void theFirstIsTold() {
    assertThat(log.onMistake(NOW)).contains("an event was dropped").doesNotContain("more");
  }

  @Test
  void thoseThatFollowAreCountedAndToldWithTheNext() {
    log.onMistake(NOW);
    assertThat(log.onMistake(NOW + 1)).isNull();
    assertThat(log.onMistake(NOW + MistakeLog.AGAIN_AFTER_NANOS - 1)).isNull();
    assertThat(log.onMistake(NOW + MistakeLog.AGAIN_AFTER_NANOS)).contains("and 2 more");
    assertThat(log.onMistake(NOW + 2 * MistakeLog.AGAIN_AFTER_NANOS)).doesNotContain("more");
  }
}
