package org.p2pvpn.overlay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrainLimitTest {
  private final TrainLimit limit = new TrainLimit();

  @Test
  void triesAnySizeUntilOneIsRefused() {
    assertThat(limit.tries(9000)).isTrue();
    assertThat(limit.tries(1452)).isTrue();
  }

  @Test
  void triesNoneAsLargeAsARefusedOneAndEverySmallerOne() {
    assertThat(limit.tries(1460)).isTrue();
    limit.onRefused();
    assertThat(limit.tries(1460)).isFalse();
    assertThat(limit.tries(1459)).isTrue();
    limit.onRefused();
    assertThat(limit.tries(1459)).isFalse();
    assertThat(limit.tries(1458)).isTrue();
  }

  @Test
  void aRefusalOfWhatFitsEveryLinkHadAnotherCause() {
    assertThat(limit.tries(TrainLimit.ALWAYS_FITS_BYTES)).isTrue();
    limit.onRefused();
    assertThat(limit.tries(TrainLimit.ALWAYS_FITS_BYTES)).isTrue();
  }

  /** So that its datagrams can go one by one, at once. */
  @Test
  void theTrainThatIsRefusedIsKnown() {
    limit.tries(1500);
    assertThat(limit.isLastRefused()).isFalse();
    limit.onRefused();
    assertThat(limit.isLastRefused()).isTrue();
    limit.tries(1400);
    assertThat(limit.isLastRefused()).isFalse();
  }
}
