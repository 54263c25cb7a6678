package org.p2pvpn.overlay.score;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * The search for one path: the exit first, since most is asked of it (as Tor, path-spec 2.2), then
 * the guard, then what lies between. A draw after which no next hop fits is taken back. One use,
 * one thread.
 */
final class Search {
  /**
   * Ours: paths of five hops among few nodes need some draws taken back; a search longer than this
   * is one that finds nothing, and 200 draws over 10,000 nodes are still under a second.
   */
  private static final int DRAWS_MAX = 200;

  private final NodeTable table;
  private final Guards guards;
  private final PathRequest request;
  private final RandomGenerator random;
  private final Occupied occupied;
  private final double[] weighted;
  private final long tieSeed;
  private final int[] order;
  private final Explanation.@Nullable Hop[] explained;
  private final boolean explain;

  private int draws;
  private int deepest = -1;
  private @Nullable NoPath failure;

  Search(
      NodeTable table,
      Guards guards,
      PathRequest request,
      RandomGenerator random,
      boolean explain) {
    this.table = table;
    this.guards = guards;
    this.request = request;
    this.random = random;
    this.explain = explain;
    occupied = new Occupied(table, request);
    weighted = table.weighted(request.weights());
    tieSeed = random.nextLong();
    order = order(request.hops());
    explained = new Explanation.Hop[request.hops()];
  }

  private static int[] order(int hops) {
    int[] order = new int[hops];
    order[0] = hops - 1;
    for (int i = 1; i < hops; i++) {
      order[i] = i - 1;
    }
    return order;
  }

  /** Leaves these to another path. */
  Search beside(List<NodeId> nodes) {
    occupied.leave(nodes.stream().map(table::indexOf).filter(index -> index >= 0).toList());
    return this;
  }

  PathChooser.Explained run() {
    if (place(0)) {
      List<NodeId> hops = new ArrayList<>();
      List<Explanation.Hop> explanations = new ArrayList<>();
      for (int slot = 0; slot < request.hops(); slot++) {
        hops.add(table.at(occupied.hop(slot)).id());
        Explanation.Hop explanation = explained[slot];
        if (explanation != null) {
          explanations.add(explanation);
        }
      }
      return new PathChooser.Explained(
          new Choice.Chosen(new Path(hops)),
          new Explanation(request, explanations, draws - request.hops()));
    }
    NoPath none = failure;
    if (none == null) {
      throw new IllegalStateException("a search that fails says where");
    }
    return new PathChooser.Explained(none, new Explanation(request, List.of(), draws));
  }

  private boolean place(int level) {
    if (level == order.length) {
      return true;
    }
    int slot = order[level];
    Eligibility eligibility = eligibility(slot);
    BitSet tried = new BitSet();
    while (draws < DRAWS_MAX) {
      Hop hop =
          new Hop(
              table,
              request,
              Position.of(slot, request.hops()),
              eligibility,
              latency(slot),
              weighted,
              tried,
              tieSeed);
      int drawn = hop.draw(random);
      if (drawn < 0) {
        if (tried.isEmpty()) {
          fail(level, slot, eligibility);
        }
        return false;
      }
      draws++;
      if (explain) {
        explained[slot] = hop.explained(slot + 1, drawn);
      }
      occupied.take(slot, drawn);
      if (place(level + 1)) {
        return true;
      }
      occupied.release(slot);
      tried.set(drawn);
    }
    return false;
  }

  /** Of several dead ends the one that got farthest tells most. */
  private void fail(int level, int slot, Eligibility eligibility) {
    if (level > deepest) {
      deepest = level;
      failure = Remedies.explain(table, request, slot, eligibility);
    }
  }

  private Eligibility eligibility(int slot) {
    Position position = Position.of(slot, request.hops());
    Eligibility eligibility = new Eligibility(table, request, position, occupied);
    if (position == Position.GUARD && !guards.sample().isEmpty()) {
      eligibility.onlyGuards(guards.usable(table, eligibility));
    }
    return eligibility;
  }

  private HopLatency latency(int slot) {
    int before = slot == 0 ? HopLatency.US : occupied.hop(slot - 1);
    int after = slot == request.hops() - 1 ? Occupied.EMPTY : occupied.hop(slot + 1);
    return new HopLatency(table, before, after);
  }
}
