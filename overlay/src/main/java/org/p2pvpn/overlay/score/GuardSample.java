package org.p2pvpn.overlay.score;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws new guards, weighted towards trust whatever the traffic's preset: a guard outlives every
 * request. Those drawn share no address block, operator or autonomous system while that is
 * possible, so that two warm paths find two first hops.
 */
final class GuardSample {
  private static final Weights WEIGHTS = Preset.PRIVATE.weights();

  private final NodeTable table;
  private final PathRequest request;
  private final RandomGenerator random;

  GuardSample(NodeTable table, PathRequest request, RandomGenerator random) {
    this.table = table;
    // Two hops, so that the first is a guard; what concerns the exit does not concern it.
    this.request =
        new PathRequest(
            2,
            "",
            null,
            WEIGHTS,
            request.minimumTrust(),
            request.allow(),
            request.deny(),
            Destination.ANYWHERE,
            request.diversity());
    this.random = random;
  }

  List<Guard> toppedUp(List<Guard> kept) {
    List<Guard> sample = new ArrayList<>(kept);
    while (usable(sample) < Guards.PRIMARY && sample.size() < Guards.SAMPLE_MAX) {
      int drawn = draw(sample, true);
      if (drawn < 0) {
        drawn = draw(sample, false);
      }
      if (drawn < 0) {
        break;
      }
      long at = Guards.sometimeBefore(table.epochSecond(), random);
      sample.add(new Guard(table.at(drawn).id(), at, 0, 0, 0, 0));
    }
    return sample;
  }

  private long usable(List<Guard> sample) {
    Eligibility eligibility =
        new Eligibility(table, request, Position.GUARD, new Occupied(table, request));
    return sample.stream()
        .filter(guard -> guard.isWorthTrying(table.epochSecond()))
        .map(guard -> table.indexOf(guard.id()))
        .filter(node -> node >= 0 && eligibility.first(node) == null)
        .count();
  }

  private int draw(List<Guard> sample, boolean diverse) {
    BitSet sampled = new BitSet();
    Occupied occupied = new Occupied(table, request);
    for (Guard guard : sample) {
      int node = table.indexOf(guard.id());
      if (node >= 0) {
        sampled.set(node);
        if (diverse) {
          occupied.leave(List.of(node));
        }
      }
    }
    return new Hop(
            table,
            request,
            Position.GUARD,
            new Eligibility(table, request, Position.GUARD, occupied),
            new HopLatency(table, HopLatency.US, Occupied.EMPTY),
            table.weighted(WEIGHTS),
            sampled,
            random.nextLong())
        .draw(random);
  }
}
