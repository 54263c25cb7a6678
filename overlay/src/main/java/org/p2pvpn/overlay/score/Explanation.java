package org.p2pvpn.overlay.score;

import java.util.List;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * Why this path: for each hop everyone who could have been drawn, with what the score was made of,
 * and everyone who could not, with the reason. Every figure can be computed again by hand: {@link
 * Term} has a term's formula, {@link Weights} the score's, {@link HopLatency} the latency's, {@link
 * Draw} the probability's.
 *
 * @param hops from the guard to the exit; empty when there is no path
 * @param redraws how many draws were taken back since no next hop fitted
 */
public record Explanation(PathRequest request, List<Hop> hops, int redraws) {
  public Explanation {
    hops = List.copyOf(hops);
  }

  /**
   * One hop's draw.
   *
   * @param number from 1
   * @param options by score, the best first
   * @param explored the draw left the top on purpose
   */
  public record Hop(
      int number,
      Position position,
      List<Option> options,
      List<Refusal> refusals,
      boolean explored,
      NodeId drawn) {
    public Hop {
      options = List.copyOf(options);
      refusals = List.copyOf(refusals);
    }
  }

  /**
   * A node that could have been drawn.
   *
   * @param rank from 1 among the top, 0 beyond
   * @param probability that it is drawn, in [0,1]
   */
  public record Option(
      NodeId node, List<TermValue> terms, double score, int rank, double probability) {
    public Option {
      terms = List.copyOf(terms);
    }
  }

  /**
   * One addend: weight * value.
   *
   * @param figure what is known, in the term's unit, and by whom
   * @param value the term, in [0,1]
   */
  public record TermValue(Term term, Figure figure, double value, double weight) {}

  public record Refusal(NodeId node, Constraint constraint, String words) {}
}
