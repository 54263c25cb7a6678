package org.p2pvpn.overlay.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.score.Explanation;
import org.p2pvpn.overlay.score.NoPath;
import org.p2pvpn.overlay.score.PathRequest;
import org.p2pvpn.overlay.score.Term;

/**
 * Why the last path is as it is, as {@code p2pvpn path --explain} prints it: enough to compute
 * every score again by hand, as {@code sum(weight * value) / sum(weight)}.
 *
 * @param traffic name of the class of traffic
 * @param hops how many were wanted
 * @param exit the node id or the country that was wanted, or empty for any
 * @param minimumTrust that every hop needs
 * @param trouble why there is no path, or empty
 */
public record PathReport(
    String traffic, int hops, String exit, double minimumTrust, String trouble, List<Hop> draws) {
  /**
   * One hop's draw.
   *
   * @param position {@code guard}, {@code middle} or {@code exit}
   * @param explored whether the draw left the best on purpose
   * @param drawn name of the node that was drawn
   */
  public record Hop(
      int number,
      String position,
      boolean explored,
      String drawn,
      List<Option> options,
      List<Refusal> refusals) {}

  /**
   * A node that could have been drawn.
   *
   * @param rank from 1 among the best, 0 beyond
   */
  public record Option(
      String node, String nodeId, double score, int rank, double probability, List<Addend> terms) {}

  /**
   * One addend of a score.
   *
   * @param figure what is known, in the term's unit; NaN when nobody says anything
   * @param origin {@code measured}, {@code derived}, {@code claimed} or {@code unknown}
   * @param value the term, in [0,1]
   */
  public record Addend(
      String term, double figure, String unit, String origin, double value, double weight) {}

  /** A node that could not be drawn, and why. */
  public record Refusal(String node, String nodeId, String constraint, String why) {}

  static PathReport of(TrafficClass traffic, PathPlanner planner, Function<NodeId, String> names) {
    PathRequest request = planner.request();
    NodeId pinned = request.exitNode();
    NoPath none = planner.refusal();
    Explanation explanation = planner.explanation();
    List<Hop> draws = new ArrayList<>();
    if (explanation != null) {
      explanation.hops().forEach(hop -> draws.add(hop(hop, names)));
    }
    return new PathReport(
        traffic.name(),
        request.hops(),
        pinned == null ? request.exitCountry() : pinned.toString(),
        request.minimumTrust(),
        none == null ? "" : traffic.inItsWords(none.text()),
        draws);
  }

  private static Hop hop(Explanation.Hop hop, Function<NodeId, String> names) {
    List<Option> options = new ArrayList<>();
    for (Explanation.Option option : hop.options()) {
      options.add(
          new Option(
              names.apply(option.node()),
              option.node().toString(),
              option.score(),
              option.rank(),
              option.probability(),
              option.terms().stream().map(PathReport::addend).toList()));
    }
    List<Refusal> refusals = new ArrayList<>();
    for (Explanation.Refusal refusal : hop.refusals()) {
      refusals.add(
          new Refusal(
              names.apply(refusal.node()),
              refusal.node().toString(),
              lower(refusal.constraint()),
              refusal.words()));
    }
    return new Hop(
        hop.number(),
        hop.position().toString(),
        hop.explored(),
        names.apply(hop.drawn()),
        options,
        refusals);
  }

  private static Addend addend(Explanation.TermValue term) {
    Term what = term.term();
    return new Addend(
        what.toString(),
        term.figure().value(),
        what.unit(),
        lower(term.figure().origin()),
        term.value(),
        term.weight());
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
