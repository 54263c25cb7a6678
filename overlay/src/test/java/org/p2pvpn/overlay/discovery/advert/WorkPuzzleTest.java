package org.p2pvpn.overlay.discovery.advert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class WorkPuzzleTest {
  private static final WorkPuzzle PUZZLE = new WorkPuzzle(10);

  @Test
  void whatWasMintedIsSolved() {
    NodeKeys keys = Sample.signer(1).keys();
    long nonce = PUZZLE.mint(keys, 0, 1 << 20).orElseThrow();
    assertThat(PUZZLE.isSolved(keys, nonce)).isTrue();
  }

  @Test
  void aNonceIsWorthNothingToAnotherKey() {
    long solvedBoth =
        LongStream.rangeClosed(2, 60)
            .filter(
                node -> {
                  long nonce =
                      PUZZLE.mint(Sample.signer(1).keys(), node << 32, 1 << 20).orElseThrow();
                  return PUZZLE.isSolved(Sample.signer((int) node).keys(), nonce);
                })
            .count();
    assertThat(solvedBoth).isLessThanOrEqualTo(1);
  }

  @Test
  void aNonceInAThousandSolvesTenBits() {
    NodeKeys keys = Sample.signer(3).keys();
    long solved = LongStream.range(0, 100_000).filter(n -> PUZZLE.isSolved(keys, n)).count();
    assertThat(solved).isBetween(50L, 160L);
  }

  @Test
  void mintingEndsWithoutOne() {
    assertThat(new WorkPuzzle(40).mint(Sample.signer(1).keys(), 0, 100)).isEmpty();
  }
}
