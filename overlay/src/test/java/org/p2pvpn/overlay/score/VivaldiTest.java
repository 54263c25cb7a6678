package org.p2pvpn.overlay.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class VivaldiTest {
  private static final int NODES = 40;
  private final SplittableRandom random = new SplittableRandom(11);

  /** Nodes on a plane with access links of their own; the coordinates find the distances. */
  @Test
  void learnsTheDistances() {
    assertThat(medianError(rtts(), null)).isLessThan(0.10);
  }

  /** A tenth say random places and no error; the others' distances to each other stay usable. */
  @Test
  void liarsSpoilNotEverything() {
    assertThat(medianError(rtts(), new SplittableRandom(5))).isLessThan(0.5);
  }

  private double[][] rtts() {
    double[][] places = new double[NODES][];
    for (int i = 0; i < NODES; i++) {
      places[i] =
          new double[] {
            random.nextDouble() * 0.1, random.nextDouble() * 0.1, 0.002 + random.nextDouble() * 0.01
          };
    }
    double[][] rtts = new double[NODES][NODES];
    for (int i = 0; i < NODES; i++) {
      for (int k = 0; k < NODES; k++) {
        rtts[i][k] =
            Math.hypot(places[i][0] - places[k][0], places[i][1] - places[k][1])
                + places[i][2]
                + places[k][2];
      }
    }
    return rtts;
  }

  private double medianError(double[][] rtts, @Nullable SplittableRandom lies) {
    Vivaldi[] nodes = new Vivaldi[NODES];
    java.util.Arrays.fill(nodes, Vivaldi.START);
    int honest = lies == null ? NODES : NODES - NODES / 10;
    for (int round = 0; round < 2000; round++) {
      for (int i = 0; i < honest; i++) {
        int other = random.nextInt(NODES);
        if (other == i) {
          continue;
        }
        Coordinate theirs = other < honest || lies == null ? nodes[other].coordinate() : lie(lies);
        nodes[i] = nodes[i].observed(theirs, Math.round(rtts[i][other] * 1e9), random);
      }
    }
    double[] errors = new double[honest * (honest - 1) / 2];
    int next = 0;
    for (int i = 0; i < honest; i++) {
      for (int k = 0; k < i; k++) {
        double guess = nodes[i].coordinate().rttSecondsTo(nodes[k].coordinate());
        errors[next++] = Math.abs(guess - rtts[i][k]) / rtts[i][k];
      }
    }
    java.util.Arrays.sort(errors);
    return errors[errors.length / 2];
  }

  private static Coordinate lie(SplittableRandom lies) {
    double[] vector = new double[Coordinate.DIMENSIONS];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = lies.nextDouble(-5, 5);
    }
    Coordinate lie = Coordinate.claimed(vector, 0, 0, 1);
    if (lie == null) {
      throw new IllegalStateException("a lie that is refused tests nothing");
    }
    return lie;
  }

  @Test
  void oneLieMovesUsNoFurtherThanASurprise() {
    Coordinate before = Vivaldi.START.coordinate();
    Coordinate after =
        Vivaldi.START.observed(lie(new SplittableRandom(1)), 1_000_000, random).coordinate();
    // 0.25 of 100 ms.
    assertThat(after.vectorDistanceTo(before)).isLessThan(0.0251);
  }

  @Test
  void whatCannotBeIsNoClaim() {
    double[] good = new double[Coordinate.DIMENSIONS];
    assertThat(Coordinate.claimed(good, 1, 0, 0.001)).isNotNull();
    assertThat(Coordinate.claimed(new double[3], 1, 0, 0.001)).isNull();
    assertThat(Coordinate.claimed(good, Double.NaN, 0, 0.001)).isNull();
    assertThat(Coordinate.claimed(good, 1, Double.NaN, 0.001)).isNull();
    assertThat(Coordinate.claimed(good, 1, 0, -1)).isNull();
    assertThat(Coordinate.claimed(good, 1, 0, 11)).isNull();
    good[2] = Double.POSITIVE_INFINITY;
    assertThat(Coordinate.claimed(good, 1, 0, 0.001)).isNull();
  }

  @Test
  void aRoundTripThatCannotBeChangesNothing() {
    assertThat(Vivaldi.START.observed(Coordinate.ORIGIN, 0, random)).isSameAs(Vivaldi.START);
    assertThat(Vivaldi.START.observed(Coordinate.ORIGIN, 11_000_000_000L, random))
        .isSameAs(Vivaldi.START);
  }

  @Test
  void twoOnOnePointPartInSomeDirection() {
    Vivaldi moved = Vivaldi.START.observed(Coordinate.ORIGIN, 50_000_000, random);
    assertThat(moved.coordinate().vectorDistanceTo(Coordinate.ORIGIN)).isPositive();
    assertThat(moved.coordinate().error()).isLessThanOrEqualTo(Coordinate.ERROR_MAX);
  }
}
