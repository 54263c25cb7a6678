package org.p2pvpn.overlay.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Issue 3, point 5: a step moves the path within ten tables of a second each; jitter does not. */
final class MovingTest {
  private static final Path CURRENT = new Path(List.of(Nodes.id(1), Nodes.id(2)));
  private static final Path OTHER = new Path(List.of(Nodes.id(3), Nodes.id(4)));
  private static final Measurements NEAR = Nodes.measured().withRtt(10_000_000);
  private static final int PROBES_A_SECOND = 20;

  private static NodeTable table(Measurements second, long now) {
    return new NodeTable(
        List.of(
            Nodes.with(Nodes.node(1), NEAR),
            Nodes.with(Nodes.node(2), second),
            Nodes.node(3),
            Nodes.node(4)),
        java.util.Map.of(),
        null,
        now);
  }

  /** The path in use is the nearer all along: latency alone would have stayed. */
  @Test
  void aLossStepMovesThePathWithinTenSeconds() {
    for (Preset preset : Preset.values()) {
      SplittableRandom random = new SplittableRandom(1);
      Measurements second = NEAR;
      Hysteresis hysteresis = Hysteresis.startingAt(Nodes.NOW - 60);
      int moved = -1;
      for (int at = 0; at < 10 && moved < 0; at++) {
        int lost = 0;
        for (int i = 0; i < PROBES_A_SECOND; i++) {
          lost += random.nextDouble() < 0.10 ? 1 : 0;
        }
        second = second.withProbes(PROBES_A_SECOND, lost);
        hysteresis = next(hysteresis, table(second, Nodes.NOW + at), preset, Nodes.NOW + at);
        moved = hysteresis.move() ? at : -1;
      }
      assertThat(moved).as(preset.toString()).isBetween(2, 9);
    }
  }

  @Test
  void aRelayThatBecomesFullIsLeft() {
    for (Preset preset : Preset.values()) {
      Measurements full = NEAR.withLoad(0.95);
      Hysteresis hysteresis =
          next(Hysteresis.startingAt(Nodes.NOW), table(full, Nodes.NOW), preset, Nodes.NOW);
      assertThat(hysteresis.move()).as(preset.toString()).isTrue();
    }
  }

  @Test
  void aRelayThatBecomesLoadedIsLeftWithinTenSeconds() {
    Hysteresis hysteresis = Hysteresis.startingAt(Nodes.NOW - 60);
    int moved = -1;
    for (int at = 0; at < 10 && moved < 0; at++) {
      NodeTable table = table(NEAR.withLoad(0.8), Nodes.NOW + at);
      hysteresis = next(hysteresis, table, Preset.BALANCED, Nodes.NOW + at);
      moved = hysteresis.move() ? at : -1;
    }
    assertThat(moved).isEqualTo(2);
  }

  @Test
  void busyIsLeftAtOnce() {
    NodeTable table = table(NEAR.withBusy(Nodes.NOW), Nodes.NOW);
    assertThat(next(Hysteresis.startingAt(Nodes.NOW), table, Preset.PRIVATE, Nodes.NOW).move())
        .isTrue();
  }

  /** Ten minutes of 50 ms jitter on both paths and a lost probe now and then. */
  @Test
  void jitterDoesNotFlap() {
    for (Preset preset : Preset.values()) {
      SplittableRandom random = new SplittableRandom(2);
      Measurements second = Nodes.measured();
      Hysteresis hysteresis = Hysteresis.startingAt(Nodes.NOW);
      int moves = 0;
      for (int at = 0; at < 600; at++) {
        for (int i = 0; i < PROBES_A_SECOND; i++) {
          second = second.withRtt(25_000_000 + random.nextInt(50_000_000));
        }
        second = second.withProbes(PROBES_A_SECOND, random.nextInt(100) == 0 ? 1 : 0);
        hysteresis = next(hysteresis, table(second, Nodes.NOW + at), preset, Nodes.NOW + at);
        moves += hysteresis.move() ? 1 : 0;
      }
      assertThat(moves).as(preset.toString()).isZero();
    }
  }

  /** Both lose 2 %, where the term is steepest: what looks better changes all the time. */
  @Test
  void twoBadPathsAreNotChangedForEachOtherWithoutEnd() {
    SplittableRandom random = new SplittableRandom(3);
    Measurements[] lossy = {Nodes.measured(), Nodes.measured()};
    Hysteresis hysteresis = Hysteresis.startingAt(Nodes.NOW);
    int current = 0;
    int moves = 0;
    for (long now = Nodes.NOW; now < Nodes.NOW + 600; now++) {
      for (int path = 0; path < 2; path++) {
        int lost = 0;
        for (int i = 0; i < PROBES_A_SECOND; i++) {
          lost += random.nextDouble() < 0.02 ? 1 : 0;
        }
        lossy[path] = lossy[path].withProbes(PROBES_A_SECOND, lost);
      }
      NodeTable table =
          Nodes.table(Nodes.with(Nodes.node(0), lossy[0]), Nodes.with(Nodes.node(1), lossy[1]));
      hysteresis = hysteresis.next(alone(table, current), alone(table, 1 - current), now);
      if (hysteresis.move()) {
        hysteresis = hysteresis.moved(now);
        current = 1 - current;
        moves++;
      }
    }
    assertThat(moves).isLessThanOrEqualTo(6);
  }

  private static PathScore alone(NodeTable table, int node) {
    return PathScore.of(
        table, new Path(List.of(Nodes.id(node))), Preset.FAST.weights(), PathScore.Probes.NONE);
  }

  @Test
  void aPathJustTakenIsGivenTenSeconds() {
    Hysteresis hysteresis = Hysteresis.startingAt(Nodes.NOW);
    NodeTable table = table(NEAR.withLoad(0.85), Nodes.NOW);
    for (int at = 0; at < 10; at++) {
      hysteresis = next(hysteresis, table, Preset.BALANCED, Nodes.NOW + at);
      assertThat(hysteresis.move()).isFalse();
    }
    assertThat(next(hysteresis, table, Preset.BALANCED, Nodes.NOW + 10).move()).isTrue();
  }

  @Test
  void whatTheProbesOfTheCircuitSayGoesBeforeTheSumOfItsHops() {
    NodeTable table = table(NEAR, Nodes.NOW);
    Weights weights = Preset.FAST.weights();
    PathScore calm = PathScore.of(table, CURRENT, weights, PathScore.Probes.NONE);
    PathScore lossy =
        PathScore.of(table, CURRENT, weights, new PathScore.Probes(400_000_000, 0.05));
    assertThat(lossy.score()).isLessThan(calm.score() - 0.2);
    assertThat(Hysteresis.worthMoving(lossy, calm)).isTrue();
    assertThat(Hysteresis.worthMoving(calm, lossy)).isFalse();
  }

  @Test
  void nobodyMovesToAPathThatIsBroken() {
    Path gone = new Path(List.of(Nodes.id(1), Nodes.id(99)));
    NodeTable table = table(NEAR, Nodes.NOW);
    Weights weights = Preset.FAST.weights();
    PathScore broken = PathScore.of(table, gone, weights, PathScore.Probes.NONE);
    assertThat(broken.broken()).isTrue();
    assertThat(Hysteresis.worthMoving(broken, broken)).isFalse();
  }

  private static Hysteresis next(Hysteresis hysteresis, NodeTable table, Preset preset, long now) {
    PathScore current = PathScore.of(table, CURRENT, preset.weights(), PathScore.Probes.NONE);
    PathScore best = PathScore.of(table, OTHER, preset.weights(), PathScore.Probes.NONE);
    return hysteresis.next(current, best, now);
  }
}
