package org.p2pvpn.overlay.control;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.discovery.advert.Capacity;
import org.p2pvpn.overlay.discovery.advert.Claims;
import org.p2pvpn.overlay.discovery.advert.Place;
import org.p2pvpn.overlay.discovery.advert.Protocols;
import org.p2pvpn.overlay.discovery.advert.Role;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.score.Coordinate;

final class CoordinatesTest {
  private static final Claims RELAY =
      new Claims(
          List.of(),
          Set.of(Role.RELAY),
          new Place("", "", "", 0),
          new Capacity(0, 0, 0),
          new Protocols(List.of(1), List.of(1), "test"),
          null,
          null,
          "",
          0);

  private static NodeId id(int number) {
    return NodeId.parse(String.format("%064x", number + 1));
  }

  /** Nodes on a plain, some behind slow links, as round trips in milliseconds. */
  private static double[][] world(int nodes, Random random) {
    double[][] at = new double[nodes][];
    for (int i = 0; i < nodes; i++) {
      at[i] = new double[] {150 * random.nextDouble(), 150 * random.nextDouble(), 0};
      at[i][2] = i % 3 == 0 ? 15 : 2;
    }
    double[][] millis = new double[nodes][nodes];
    for (int i = 0; i < nodes; i++) {
      for (int j = 0; j < nodes; j++) {
        millis[i][j] = Math.hypot(at[i][0] - at[j][0], at[i][1] - at[j][1]) + at[i][2] + at[j][2];
      }
    }
    return millis;
  }

  /** All that one knows of the others went through their adverts. */
  @Test
  void twoOthersAreAsFarApartAsTheirAdvertsSay() {
    Random random = new Random(1);
    int nodes = 20;
    double[][] millis = world(nodes, random);
    List<Coordinates> all = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      all.add(new Coordinates(random));
    }
    for (int round = 0; round < 60; round++) {
      for (int i = 0; i < nodes; i++) {
        for (int peer = 1; peer <= 6; peer++) {
          int other = (i + peer * 3) % nodes;
          double jitter = random.nextInt(10) == 0 ? 80 : random.nextDouble();
          long nanos = (long) ((millis[i][other] + jitter) * 1e6);
          all.get(i).onRoundTrip(id(other), nanos, all.get(other).in(RELAY));
        }
      }
    }
    List<Double> wrong = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      for (int j = 0; j < i; j++) {
        Coordinate one = requireNonNull(ClaimsReader.read(all.get(i).in(RELAY)).coordinate());
        Coordinate other = requireNonNull(ClaimsReader.read(all.get(j).in(RELAY)).coordinate());
        wrong.add(Math.abs(one.rttSecondsTo(other) * 1e3 - millis[i][j]) / millis[i][j]);
      }
    }
    double[] sorted = wrong.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    assertThat(sorted[sorted.length / 2]).as("median error").isLessThan(0.15);
    assertThat(sorted[sorted.length * 9 / 10]).as("of nine tenths").isLessThan(0.5);
  }

  @Test
  void whoSaysNothingMovesNobody() {
    Coordinates coordinates = new Coordinates(new Random(1));
    coordinates.onRoundTrip(id(1), 10_000_000, null);
    assertThat(coordinates.own()).isNull();
    assertThat(coordinates.in(RELAY)).isEqualTo(RELAY);
  }

  @Test
  void oneSlowAnswerOfThreeMovesNobody() {
    Coordinates calm = new Coordinates(new Random(1));
    Coordinates disturbed = new Coordinates(new Random(1));
    for (int i = 0; i < 30; i++) {
      long nanos = TimeUnit.MILLISECONDS.toNanos(20);
      calm.onRoundTrip(id(1), nanos, RELAY);
      disturbed.onRoundTrip(id(1), i % 3 == 2 ? 50 * nanos : nanos, RELAY);
    }
    assertThat(disturbed.own()).isEqualTo(calm.own());
  }

  @Test
  void aCoordinateSurvivesItsAdvert() {
    double[] vector = new double[Coordinate.DIMENSIONS];
    Arrays.setAll(vector, i -> (i - 4) * 0.012_345);
    Coordinate there = requireNonNull(Coordinate.claimed(vector, 0.25, 0, 0.004));
    Coordinate read = requireNonNull(Coordinates.read(Coordinates.write(there)));
    assertThat(read.vector()).containsExactly(vector);
    assertThat(read.error()).isEqualTo(0.25);
    assertThat(read.heightSeconds()).isEqualTo(0.004);
  }

  @Test
  void nonsenseIsNoCoordinate() {
    assertThat(
            Coordinates.read(
                new org.p2pvpn.overlay.discovery.advert.Coordinate(List.of(1, 2), 10, 5)))
        .isNull();
    List<Integer> far = new ArrayList<>(java.util.Collections.nCopies(8, 0));
    far.set(3, 50_000_000);
    assertThat(Coordinates.read(new org.p2pvpn.overlay.discovery.advert.Coordinate(far, 10, 5)))
        .isNull();
  }
}
