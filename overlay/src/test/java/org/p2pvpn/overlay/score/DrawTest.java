package org.p2pvpn.overlay.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class DrawTest {
  private static final Offset<Double> NEARLY = Offset.offset(1e-12);
  private static final int DRAWS = 1_000_000;
  private static final double[] SCORES = {0.9, 0.1, 0.8, 0.3, 0.7, 0.2, 0.6, 0.5, 0.05};

  @Test
  void frequenciesMatchTheWeights() {
    Draw draw = new Draw(SCORES, SCORES.length, 1);
    int[] counts = counts(draw, SCORES.length);
    double chiSquare = 0;
    for (int i = 0; i < SCORES.length; i++) {
      double expected = DRAWS * draw.probability(i);
      chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    // 8 degrees of freedom: 26.1 is passed by one honest source in a thousand; the seed is fixed.
    assertThat(chiSquare).isLessThan(26.1);
  }

  @Test
  void probabilitiesAreTheFormulas() {
    Draw draw = new Draw(SCORES, SCORES.length, 1);
    double top = 0.9 + 0.8 + 0.7 + 0.6 + 0.5;
    assertThat(draw.probability(0)).isCloseTo(0.9 * 0.9 / top, NEARLY);
    assertThat(draw.probability(7)).isCloseTo(0.9 * 0.5 / top, NEARLY);
    assertThat(draw.probability(3)).isCloseTo(0.1 / 4, NEARLY);
    assertThat(IntStream.range(0, SCORES.length).mapToDouble(draw::probability).sum())
        .isCloseTo(1, NEARLY);
    assertThat(draw.rank(2)).isEqualTo(2);
    assertThat(draw.rank(8)).isZero();
  }

  @Test
  void fewerThanFiveLeaveNobodyToExplore() {
    Draw draw = new Draw(SCORES, 3, 1);
    assertThat(draw.probability(0)).isCloseTo(0.9 / (0.9 + 0.1 + 0.8), NEARLY);
    assertThat(counts(draw, 3)).doesNotContain(0);
  }

  @Test
  void whereNobodyHasAScoreAllAreAlike() {
    Draw draw = new Draw(new double[3], 3, 1);
    assertThat(draw.probability(2)).isEqualTo(1.0 / 3);
    assertThat(Arrays.stream(counts(draw, 3)))
        .allMatch(count -> Math.abs(count - DRAWS / 3) < 5000);
  }

  @Test
  void nobodyIsDrawnFromNobody() {
    assertThat(new Draw(new double[0], 0, 1).draw(new SplittableRandom(1))).isEqualTo(-1);
  }

  /** Else who grinds an id with many zeros is first in every new table. */
  @Test
  void equalsAreRankedAtRandom() {
    double[] equal = new double[100];
    int[] first = new int[100];
    for (int seed = 0; seed < 10_000; seed++) {
      Draw draw = new Draw(equal, 100, new SplittableRandom(seed).nextLong());
      for (int i = 0; i < 100; i++) {
        first[i] += draw.rank(i) == 1 ? 1 : 0;
      }
    }
    assertThat(Arrays.stream(first)).allMatch(count -> count > 50 && count < 150);
  }

  private static int[] counts(Draw draw, int size) {
    SplittableRandom random = new SplittableRandom(7);
    int[] counts = new int[size];
    for (int i = 0; i < DRAWS; i++) {
      counts[draw.draw(random)]++;
    }
    return counts;
  }
}
