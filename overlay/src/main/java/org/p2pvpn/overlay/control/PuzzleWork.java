package org.p2pvpn.overlay.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.overlay.discovery.advert.NodeKeys;
import org.p2pvpn.overlay.discovery.advert.WorkPuzzle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Solves the network's puzzle for this node's key: once in the key's life, beside everything else,
 * since it takes a processor for a second. The nonce is kept in the state folder; it is no secret,
 * and one that is not of this key or too cheap by now is replaced.
 */
final class PuzzleWork {
  private static final Logger LOG = LoggerFactory.getLogger(PuzzleWork.class);

  private final WorkPuzzle puzzle;
  private final NodeKeys keys;
  private final Path file;
  private final Executor aside;
  private volatile OptionalLong solution = OptionalLong.empty();
  private boolean isBegun;

  /** {@code aside}: where a second's work harms nobody. */
  PuzzleWork(WorkPuzzle puzzle, NodeKeys keys, Path file, Executor aside) {
    this.puzzle = puzzle;
    this.keys = keys;
    this.file = file;
    this.aside = aside;
  }

  /** What to show, or empty while it is being worked on; the first call begins. */
  OptionalLong nonce() {
    if (!isBegun) {
      isBegun = true;
      solution = kept();
      if (solution.isEmpty()) {
        aside.execute(this::work);
      }
    }
    return solution;
  }

  private OptionalLong kept() {
    if (puzzle.isSolved(keys, 0)) {
      return OptionalLong.of(0);
    }
    try {
      long nonce = Long.parseUnsignedLong(Files.readString(file).strip());
      return puzzle.isSolved(keys, nonce) ? OptionalLong.of(nonce) : OptionalLong.empty();
    } catch (IOException | NumberFormatException _) {
      return OptionalLong.empty(); // the first start, or a file that costs a second to make anew
    }
  }

  private void work() {
    long began = System.nanoTime();
    long nonce = puzzle.mint(keys, 1, Long.MAX_VALUE).orElseThrow();
    StateFile.replace(file, Long.toUnsignedString(nonce) + "\n");
    solution = OptionalLong.of(nonce);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    LOG.info("this node's key has its proof of work: {} bits, {} ms", puzzle.zeroBits(), millis);
  }
}
