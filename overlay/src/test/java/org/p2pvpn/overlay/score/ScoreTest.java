package org.p2pvpn.overlay.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.score.NodeTable.Link;

/** The terms and the sum, computed here again by the formulae of {@link Term}. */
final class ScoreTest {
  private static final Offset<Double> EXACTLY = Offset.offset(1e-12);
  private static final PathRequest THREE = PathRequest.of(3, Preset.BALANCED.weights());

  @Test
  void termsAreTheirFormulae() {
    assertThat(Term.TRUST.value(Figure.measured(0.7))).isEqualTo(0.7);
    assertThat(Term.LATENCY.value(Figure.measured(300))).isEqualTo(0.25);
    assertThat(Term.LATENCY.value(Figure.derived(100))).isEqualTo(0.8 * 0.5);
    assertThat(Term.LOAD.value(Figure.claimed(0))).isEqualTo(0.5);
    assertThat(Term.LOSS.value(Figure.measured(0.02))).isEqualTo(0.5);
    assertThat(Term.LOSS.value(Figure.measured(0.01))).isEqualTo(0.8);
    assertThat(Term.THROUGHPUT.value(Figure.measured(150))).isEqualTo(0.75);
    assertThat(Term.TRUST.value(Figure.UNKNOWN)).isEqualTo(0.25);
    assertThat(Nodes.node(1).availability().value()).isEqualTo(99.0 / 100);
  }

  @Test
  void everyTermOfAnyFigureLiesBetweenZeroAndOne() {
    double[] extremes = {
      -1, 0, 1, 2, 1e300, Double.MAX_VALUE, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
    };
    for (Term term : Term.values()) {
      for (double figure : extremes) {
        if (term == Term.THROUGHPUT && figure == Double.POSITIVE_INFINITY) {
          continue; // a long divided by a million
        }
        assertThat(term.value(Figure.measured(figure))).as(term + " " + figure).isBetween(0.0, 1.0);
      }
    }
  }

  /** Issue 3, point 8. */
  @Test
  void theExplanationRecomputedByHandGivesTheSameOrder() {
    NodeTable table = Nodes.crowd(300, new SplittableRandom(5));
    for (int seed = 0; seed < 50; seed++) {
      PathChooser.Explained explained =
          PathChooser.explain(table, Guards.NONE, THREE, new SplittableRandom(seed));
      Path path = ((Choice.Chosen) explained.choice()).path();
      assertThat(explained.explanation().hops()).hasSize(3);
      for (Explanation.Hop hop : explained.explanation().hops()) {
        assertThat(path.hops().get(hop.number() - 1)).isEqualTo(hop.drawn());
        byHand(hop);
      }
    }
  }

  private static void byHand(Explanation.Hop hop) {
    List<Double> scores = new ArrayList<>();
    for (Explanation.Option option : hop.options()) {
      double sum = 0;
      double weights = 0;
      for (Explanation.TermValue it : option.terms()) {
        assertThat(it.value()).isEqualTo(it.term().value(it.figure()));
        sum += it.weight() * it.value();
        weights += it.weight();
      }
      assertThat(option.score()).isCloseTo(sum / weights, EXACTLY);
      scores.add(sum / weights);
    }
    assertThat(scores).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(hop.options().stream().mapToDouble(Explanation.Option::probability).sum())
        .isCloseTo(1, EXACTLY);
    for (int i = 0; i < Math.min(5, scores.size()); i++) {
      assertThat(hop.options().get(i).rank()).isEqualTo(i + 1);
    }
    assertThat(hop.explored())
        .isEqualTo(
            hop.options().stream().anyMatch(it -> it.node().equals(hop.drawn()) && it.rank() == 0));
  }

  /** Whatever it says, a node that was measured has at most the score of its measurements. */
  @Test
  void noClaimRaisesAScoreAboveTheMeasurement() {
    SplittableRandom random = new SplittableRandom(9);
    Measurements measured =
        Nodes.measured().withThroughput(3_000_000).withPlace("SE", List.of(Nodes.block(1)));
    for (int i = 0; i < 1000; i++) {
      Claims lie =
          new Claims(
              Nodes.BOTH,
              "SE",
              "",
              "",
              0,
              random.nextLong(Long.MAX_VALUE),
              Nodes.OPEN,
              random.nextBoolean() ? 0 : random.nextDouble(),
              i % 2 == 0 ? Coordinate.ORIGIN : Nodes.coordinate(random),
              List.of(),
              random.nextLong(Nodes.NOW));
      Claims silence =
          new Claims(Nodes.BOTH, "", "", "", 0, 0, Nodes.OPEN, Double.NaN, null, List.of(), 0);
      for (Preset preset : Preset.values()) {
        assertThat(score(lie, measured, preset))
            .isLessThanOrEqualTo(score(silence, measured, preset));
      }
    }
  }

  private static double score(Claims claims, Measurements measured, Preset preset) {
    Candidate node = Nodes.with(Nodes.with(Nodes.node(1), claims), measured);
    NodeTable table = new NodeTable(List.of(node), Map.of(), Coordinate.ORIGIN, Nodes.NOW);
    // A claimed load of 90 % or more is no path at all.
    return PathChooser.explain(
            table, Guards.NONE, PathRequest.of(1, preset.weights()), new SplittableRandom(1))
        .explanation()
        .hops()
        .stream()
        .mapToDouble(hop -> hop.options().getFirst().score())
        .findFirst()
        .orElse(0);
  }

  /** The boaster claims all there is; the honest is measured and middling. */
  @Test
  void anUnmeasuredBoastLosesAgainstAMiddlingMeasurement() {
    Claims boast =
        new Claims(
            Nodes.BOTH,
            "SE",
            "",
            "",
            0,
            Long.MAX_VALUE,
            Nodes.OPEN,
            0,
            Coordinate.ORIGIN,
            List.of(Nodes.block(2)),
            1);
    Candidate liar = new Candidate(Nodes.id(2), boast, Measurements.NOTHING, Figure.UNKNOWN);
    NodeTable table =
        new NodeTable(List.of(Nodes.node(1), liar), Map.of(), Coordinate.ORIGIN, Nodes.NOW);
    for (Preset preset : Preset.values()) {
      double honest = PathScore.of(table, one(1), preset.weights(), PathScore.Probes.NONE).score();
      double boaster = PathScore.of(table, one(2), preset.weights(), PathScore.Probes.NONE).score();
      assertThat(honest).as(preset.toString()).isGreaterThan(boaster);
    }
  }

  private static Path one(int node) {
    return new Path(List.of(Nodes.id(node)));
  }

  @Test
  void ourMeasurementOfALinkBeatsTheCoordinates() {
    Candidate far = at(1, 0.06);
    Candidate near = at(2, 0);
    Map<Link, Long> measured = Map.of(new Link(Nodes.id(2), Nodes.id(1)), 3_000_000L);
    assertThat(edge(List.of(far, near), Map.of()).origin()).isEqualTo(Origin.DERIVED);
    assertThat(edge(List.of(far, near), Map.of()).value()).isCloseTo(80, Offset.offset(0.1));
    assertThat(edge(List.of(far, near), measured)).isEqualTo(Figure.measured(3));
  }

  @Test
  void aClaimedCoordinateDoesNotPutANodeNextToOneThatIsFar() {
    Candidate near = at(1, 0);
    Candidate liar = at(2, 0);
    liar = Nodes.with(liar, liar.measurements().withRtt(50_000_000));
    liar =
        Nodes.with(
            liar,
            new Measurements(250_000_000, 0, 0, 98, 0, 0, 0, 0, 0.2, "", List.of(), 1, Nodes.NOW));
    assertThat(edge(List.of(near, liar), Map.of()).value()).isEqualTo(200);
  }

  @Test
  void aClaimedCoordinateDoesNotPutANodeFartherThanTheWayOverUs() {
    Candidate one = at(1, 0.2);
    Candidate other = at(2, 0);
    assertThat(edge(List.of(one, other), Map.of()).value()).isEqualTo(50 + 50);
  }

  private static Figure edge(List<Candidate> two, Map<Link, Long> links) {
    return HopLatency.edge(new NodeTable(two, links, null, Nodes.NOW), 0, 1);
  }

  private static Candidate at(int number, double seconds) {
    double[] vector = new double[Coordinate.DIMENSIONS];
    vector[0] = seconds;
    Claims claims =
        new Claims(
            Nodes.BOTH,
            "SE",
            "",
            "",
            0,
            0,
            Nodes.OPEN,
            0.2,
            Coordinate.claimed(vector, 0.1, 0, 0.01),
            List.of(Nodes.block(number)),
            0);
    return Nodes.with(Nodes.node(number), claims);
  }

  @Test
  void weightsThatWeighNothingAreRefused() {
    assertThatThrownBy(() -> new Weights(0, 0, 0, 0, 0, 0))
        .hasMessage("weights: at least one must be above 0");
    assertThatThrownBy(() -> new Weights(-1, 0, 0, 0, 0, 2)).hasMessageContaining("not negative");
  }

  @Test
  void presetsSumToOne() {
    for (Preset preset : Preset.values()) {
      assertThat(preset.weights().sum()).as(preset.toString()).isCloseTo(1, EXACTLY);
    }
  }
}
