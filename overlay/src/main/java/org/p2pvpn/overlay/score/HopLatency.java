package org.p2pvpn.overlay.score;

import java.util.Map;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * The round trip that a hop would add, as far as its neighbours in the path are chosen already:
 *
 * <pre>
 *   figure     = mean of the edges known: from the hop before, and to the hop after
 *   edge us-x  = our measurement                                             measured
 *                else the distance of our coordinates                        derived
 *   edge x-y   = our measurement through a circuit                           measured
 *                else the distance of coordinates, not under |rtt(us,x) - rtt(us,y)| and not
 *                     over rtt(us,x) + rtt(us,y)                              derived
 *                else max(rtt(us,x), rtt(us,y))                              derived
 * </pre>
 *
 * Both bounds are the triangle's: no claimed coordinate puts x next to y when our own measurements
 * say they are apart, nor apart when both are near us. Without coordinates the edge lies between
 * difference and sum of the two, and the larger is the middle of that. The exit, which is chosen
 * first, is compared by its edge from us.
 */
final class HopLatency {
  /** This node, as the hop before the first. */
  static final int US = -2;

  private static final int NONE = Occupied.EMPTY;

  private final NodeTable table;
  private final int before;
  private final int after;
  private final Map<NodeId, Long> linksBefore;
  private final Map<NodeId, Long> linksAfter;

  HopLatency(NodeTable table, int before, int after) {
    this.table = table;
    this.before = before == NONE && after == NONE ? US : before;
    this.after = after;
    linksBefore = linksOf(this.before);
    linksAfter = linksOf(after);
  }

  private Map<NodeId, Long> linksOf(int node) {
    return node < 0 ? Map.of() : table.linksOf(table.at(node).id());
  }

  double value(int node) {
    return Term.LATENCY.value(figure(node));
  }

  /** In milliseconds. */
  Figure figure(int node) {
    Figure from = before == NONE ? Figure.UNKNOWN : edge(before, node, linksBefore);
    Figure to = after == NONE ? Figure.UNKNOWN : edge(after, node, linksAfter);
    if (from.origin() == Origin.UNKNOWN) {
      return to;
    }
    if (to.origin() == Origin.UNKNOWN) {
      return from;
    }
    return new Figure((from.value() + to.value()) / 2, from.origin().weaker(to.origin()));
  }

  private Figure edge(int neighbour, int node, Map<NodeId, Long> links) {
    if (neighbour == US) {
      return fromUs(table, node);
    }
    Long measured = links.isEmpty() ? null : links.get(table.at(node).id());
    return measured == null
        ? between(table.at(neighbour), table.at(node))
        : Figure.measured(measured / Term.NANOS_PER_MILLI);
  }

  static Figure fromUs(NodeTable table, int node) {
    Candidate candidate = table.at(node);
    long rttNanos = candidate.measurements().rttNanos();
    if (rttNanos > 0) {
      return Figure.measured(rttNanos / Term.NANOS_PER_MILLI);
    }
    Coordinate own = table.own();
    Coordinate theirs = candidate.claims().coordinate();
    return own == null || theirs == null
        ? Figure.UNKNOWN
        : Figure.derived(own.rttSecondsTo(theirs) * 1e3);
  }

  private static Figure between(Candidate one, Candidate other) {
    Coordinate oneAt = one.claims().coordinate();
    Coordinate otherAt = other.claims().coordinate();
    double oneMillis = one.measurements().rttNanos() / Term.NANOS_PER_MILLI;
    double otherMillis = other.measurements().rttNanos() / Term.NANOS_PER_MILLI;
    boolean measured = oneMillis > 0 && otherMillis > 0;
    if (oneAt != null && otherAt != null && oneAt.isSettled() && otherAt.isSettled()) {
      double said = oneAt.rttSecondsTo(otherAt) * 1e3;
      return Figure.derived(
          measured
              ? Math.clamp(said, Math.abs(oneMillis - otherMillis), oneMillis + otherMillis)
              : said);
    }
    return measured ? Figure.derived(Math.max(oneMillis, otherMillis)) : Figure.UNKNOWN;
  }

  /** One edge of a finished path; {@link #US} may stand first. */
  static Figure edge(NodeTable table, int from, int to) {
    return new HopLatency(table, from, NONE).figure(to);
  }
}
