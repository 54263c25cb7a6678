package org.p2pvpn.overlay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p2pvpn.overlay.session.ReplayWindow.WINDOW_PACKETS;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The cases are those of the selftest of WireGuard's counter in the Linux kernel, and more. */
final class ReplayWindowTest {
  /** So far behind the newest a counter may be. */
  private static final long REACH = WINDOW_PACKETS - 64L;

  private final ReplayWindow window = new ReplayWindow();

  @Test
  void acceptsCountersInOrderOnceEach() {
    for (long counter = 0; counter < 3L * WINDOW_PACKETS; counter++) {
      assertThat(window.accept(counter)).isTrue();
      assertThat(window.isNewest(counter)).isTrue();
      assertThat(window.accept(counter)).isFalse();
    }
  }

  @Test
  void acceptsCountersInReverseAsFarAsItReaches() {
    for (long counter = 2 * REACH; counter > REACH; counter--) {
      assertThat(window.accept(counter)).isTrue();
    }
    assertThat(window.accept(REACH)).isFalse();
    assertThat(window.accept(0)).isFalse();
  }

  @Test
  void acceptsZeroFirstAndOnce() {
    assertThat(window.accept(0)).isTrue();
    assertThat(window.accept(0)).isFalse();
    assertThat(window.accept(1)).isTrue();
    assertThat(window.accept(0)).isFalse();
  }

  @Test
  void rejectsACounterSeenTwiceHoweverFarBackInTheWindow() {
    long first = 5;
    assertThat(window.accept(first)).isTrue();
    for (long newest = first + 1; newest < first + REACH; newest += 61) {
      assertThat(window.accept(newest)).isTrue();
      assertThat(window.accept(first)).isFalse();
    }
  }

  @Test
  void takesTheOldestCounterOfTheWindowAndNotTheOneBehind() {
    long newest = 10L * WINDOW_PACKETS + 17;
    assertThat(window.accept(newest)).isTrue();
    assertThat(window.isFresh(newest - REACH + 1)).isTrue();
    assertThat(window.isFresh(newest - REACH)).isFalse();
    assertThat(window.accept(newest - REACH)).isFalse();
    assertThat(window.accept(newest - REACH + 1)).isTrue();
    assertThat(window.accept(newest - REACH + 1)).isFalse();
  }

  @Test
  void forgetsNothingWhenItJumpsByWholeWindows() {
    for (long jump : new long[] {REACH, WINDOW_PACKETS, WINDOW_PACKETS + 1L, 1L << 40}) {
      ReplayWindow jumping = new ReplayWindow();
      assertThat(jumping.accept(100)).isTrue();
      assertThat(jumping.accept(100 + jump)).isTrue();
      assertThat(jumping.accept(100 + jump)).isFalse();
      assertThat(jumping.accept(100)).isFalse();
      // What the ring held before the jump must not look seen now.
      assertThat(jumping.accept(100 + jump - 1)).isTrue();
      assertThat(jumping.accept(100 + jump - REACH + 1)).isTrue();
    }
  }

  @Test
  void rejectsNegativeCounters() {
    assertThat(window.accept(-1)).isFalse();
    assertThat(window.accept(Long.MIN_VALUE)).isFalse();
    assertThat(window.isFresh(-1)).isFalse();
  }

  @Test
  void reachesTheGreatestCounterAnEpochMayUse() {
    long greatest = EpochLimits.CHACHA_REJECT_AFTER_MESSAGES - 1;
    assertThat(window.accept(greatest)).isTrue();
    assertThat(window.accept(greatest)).isFalse();
    assertThat(window.accept(greatest - 1)).isTrue();
  }

  @Test
  void lookingChangesNothing() {
    assertThat(window.isFresh(7)).isTrue();
    assertThat(window.isFresh(7)).isTrue();
    assertThat(window.accept(7)).isTrue();
    assertThat(window.isFresh(7)).isFalse();
  }

  @Test
  void onlyTheHighestAcceptedCounterIsTheNewest() {
    assertThat(window.accept(10)).isTrue();
    assertThat(window.accept(8)).isTrue();
    assertThat(window.isNewest(8)).isFalse();
    assertThat(window.isNewest(10)).isTrue();
    assertThat(window.isNewest(11)).isFalse();
  }

  @Test
  void agreesWithASetOfAllCountersSeen() {
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      ReplayWindow tested = new ReplayWindow();
      Set<Long> seen = new HashSet<>();
      long newest = -1;
      for (int i = 0; i < 20_000; i++) {
        long counter = Math.max(0, newest + step(random));
        boolean expected = !seen.contains(counter) && newest - counter < REACH;
        assertThat(tested.isFresh(counter)).as("seed %d, step %d", seed, i).isEqualTo(expected);
        assertThat(tested.accept(counter)).as("seed %d, step %d", seed, i).isEqualTo(expected);
        if (expected) {
          seen.add(counter);
          newest = Math.max(newest, counter);
        }
      }
    }
  }

  /** Mostly neighbours, often reordered, sometimes the window's edge, rarely far ahead. */
  private static long step(Random random) {
    return switch (random.nextInt(20)) {
      case 0 -> -REACH + random.nextInt(5) - 2;
      case 1 -> -random.nextInt(2 * WINDOW_PACKETS);
      case 2 -> random.nextInt(200);
      case 3 -> random.nextInt(50) == 0 ? random.nextInt(4 * WINDOW_PACKETS) : 64;
      case 4, 5, 6, 7 -> -random.nextInt(100);
      default -> 1;
    };
  }
}
