package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.overlay.discovery.advert.AdvertSigner;
import org.p2pvpn.overlay.discovery.advert.NodeKeys;
import org.p2pvpn.overlay.discovery.advert.WorkPuzzle;

final class PuzzleWorkTest {
  private static final WorkPuzzle PUZZLE = new WorkPuzzle(10);

  @TempDir Path folder;

  private static NodeKeys keys(int number) {
    return new AdvertSigner(TestPeers.identity(number)).keys();
  }

  private PuzzleWork work(WorkPuzzle puzzle, int number) {
    return new PuzzleWork(puzzle, keys(number), folder.resolve("puzzle"), Runnable::run);
  }

  private static long solved(PuzzleWork work) {
    return work.nonce().orElseThrow();
  }

  @Test
  void aNodeWorksOnceInItsLife() throws IOException {
    long nonce = solved(work(PUZZLE, 1));
    assertThat(PUZZLE.isSolved(keys(1), nonce)).isTrue();
    assertThat(folder.resolve("puzzle")).hasContent(nonce + "\n");
    assertThat(work(PUZZLE, 1).nonce()).as("at once").isEqualTo(OptionalLong.of(nonce));
  }

  @Test
  void whatIsNotOfThisKeyOrIsNoNumberIsMadeAnew() throws IOException {
    Files.writeString(folder.resolve("puzzle"), "what is this\n");
    solved(work(PUZZLE, 1));
    long other = solved(work(PUZZLE, 2));
    assertThat(PUZZLE.isSolved(keys(2), other)).isTrue();
  }

  @Test
  void aNetworkThatAsksForMoreGetsMore() {
    WorkPuzzle dearer = new WorkPuzzle(14);
    solved(work(PUZZLE, 1));
    assertThat(dearer.isSolved(keys(1), solved(work(dearer, 1)))).isTrue();
  }

  @Test
  void whereNothingIsAskedNothingIsDone() {
    assertThat(work(new WorkPuzzle(0), 1).nonce()).isEqualTo(OptionalLong.of(0));
    assertThat(folder).isEmptyDirectory();
  }
}
