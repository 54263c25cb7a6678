package org.p2pvpn.overlay.score;

import java.util.ArrayList;
import java.util.List;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * A whole path's score, for comparing the path in use with another. A path is as good as its hops
 * together, by the terms of {@link Term}:
 *
 * <pre>
 *   trust          the least of the hops'
 *   latency        rtt of the path / hops: its probes' where there are any, else the sum of its edges
 *   availability   the product of the hops'
 *   load           the largest of the hops'
 *   loss           its probes' where there are any, else 1 - product(1 - loss of hop)
 *   throughput     the least of the hops'
 * </pre>
 *
 * A figure is unknown when it is for every hop; hops without one are left out, and the origin is
 * the weakest of what went in.
 *
 * @param broken the path may no longer be used as it is: a hop left the table or is overloaded or
 *     unreachable
 */
public record PathScore(double score, boolean broken, List<Explanation.TermValue> terms) {
  public PathScore {
    terms = List.copyOf(terms);
  }

  /**
   * What the probes inside the circuit say, from us to the exit and back.
   *
   * @param rttNanos 0 when there is none
   * @param loss NaN when there is none
   */
  public record Probes(long rttNanos, double loss) {
    public static final Probes NONE = new Probes(0, Double.NaN);
  }

  public static PathScore of(NodeTable table, Path path, Weights weights, Probes probes) {
    int[] nodes = path.hops().stream().mapToInt(table::indexOf).toArray();
    boolean broken = false;
    for (int node : nodes) {
      broken |= node < 0 || table.isOverloaded(node) || table.isUnreachable(node);
    }
    List<Explanation.TermValue> terms = new ArrayList<>();
    double sum = 0;
    for (Term term : Term.values()) {
      Figure figure = figure(table, path, nodes, term, probes);
      terms.add(new Explanation.TermValue(term, figure, term.value(figure), weights.of(term)));
      sum += weights.of(term) * term.value(figure);
    }
    return new PathScore(sum / weights.sum(), broken, terms);
  }

  private static Figure figure(NodeTable table, Path path, int[] nodes, Term term, Probes probes) {
    if (term == Term.LOSS && !Double.isNaN(probes.loss())) {
      return Figure.measured(probes.loss());
    }
    if (term == Term.LATENCY) {
      return probes.rttNanos() > 0
          ? Figure.measured(probes.rttNanos() / Term.NANOS_PER_MILLI / nodes.length)
          : latency(table, nodes);
    }
    double value = Double.NaN;
    Origin origin = Origin.MEASURED;
    for (NodeId id : path.hops()) {
      Candidate candidate = table.find(id);
      Figure hop = candidate == null ? Figure.UNKNOWN : table.figure(term, candidate);
      if (hop.origin() != Origin.UNKNOWN) {
        value = Double.isNaN(value) ? hop.value() : together(term, value, hop.value());
        origin = origin.weaker(hop.origin());
      }
    }
    return Double.isNaN(value) ? Figure.UNKNOWN : new Figure(value, origin);
  }

  private static double together(Term term, double one, double other) {
    return switch (term) {
      case TRUST, THROUGHPUT -> Math.min(one, other);
      case AVAILABILITY -> one * other;
      case LOAD -> Math.max(one, other);
      case LOSS -> 1 - (1 - one) * (1 - other);
      case LATENCY -> one + other;
    };
  }

  private static Figure latency(NodeTable table, int[] nodes) {
    double sum = 0;
    int known = 0;
    Origin origin = Origin.MEASURED;
    int before = HopLatency.US;
    for (int node : nodes) {
      Figure edge =
          node < 0 || before == Occupied.EMPTY
              ? Figure.UNKNOWN
              : HopLatency.edge(table, before, node);
      if (edge.origin() != Origin.UNKNOWN) {
        sum += edge.value();
        known++;
        origin = origin.weaker(edge.origin());
      }
      before = node;
    }
    return known == 0 ? Figure.UNKNOWN : new Figure(sum / known, origin);
  }
}
