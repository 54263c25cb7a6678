package org.p2pvpn.overlay.score;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * The few first hops that this node keeps, so that it does not sooner or later start at everyone's
 * node. Tor's guard-spec (proposal 271), simplified: a sample, drawn once; those of it that carried
 * traffic are confirmed, and go before the rest; the first three that the request permits are
 * primary, and while any of them is worth trying nobody else is asked. Immutable; {@code control}
 * persists it.
 *
 * @param sample in order of preference: the confirmed by when they were, then the rest as drawn
 */
public record Guards(List<Guard> sample) {
  public static final Guards NONE = new Guards(List.of());

  /** N_PRIMARY_GUARDS, guard-spec A.1. */
  public static final int PRIMARY = 3;

  /** GUARD_LIFETIME, GUARD_CONFIRMED_MIN_LIFETIME, REMOVE_UNLISTED_GUARDS_AFTER, guard-spec A.1. */
  private static final long LIFETIME_SECONDS = TimeUnit.DAYS.toSeconds(120);

  private static final long CONFIRMED_SECONDS = TimeUnit.DAYS.toSeconds(60);
  private static final long UNLISTED_SECONDS = TimeUnit.DAYS.toSeconds(20);

  /**
   * Ours: three times the primary. Tor samples up to 60; a smaller bound means that who kills our
   * guards one by one must kill all nine to find us without a way, and can place nine at most.
   */
  public static final int SAMPLE_MAX = 9;

  public Guards {
    sample = List.copyOf(sample);
    if (sample.size() > SAMPLE_MAX) {
      throw new IllegalArgumentException(
          "guards: %d, at most %d".formatted(sample.size(), SAMPLE_MAX));
    }
  }

  /**
   * What the passing of time and a new table make of it: guards of age are dropped, and new ones
   * are drawn until three are usable for the request. To be called before a choice; the result
   * differs from this only when something changed.
   */
  public Guards refreshed(NodeTable table, PathRequest request, RandomGenerator random) {
    long now = table.epochSecond();
    List<Guard> kept = new ArrayList<>();
    for (Guard guard : sample) {
      boolean listed = table.indexOf(guard.id()) >= 0;
      Guard known =
          listed == (guard.unlistedSince() == 0)
              ? guard
              : guard.withUnlistedSince(listed ? 0 : now);
      if (!isOfAge(known, now)) {
        kept.add(known);
      }
    }
    return new Guards(new GuardSample(table, request, random).toppedUp(kept));
  }

  private static boolean isOfAge(Guard guard, long now) {
    boolean unlisted = guard.unlistedSince() != 0 && now - guard.unlistedSince() > UNLISTED_SECONDS;
    boolean old =
        now - guard.sampledAt() > LIFETIME_SECONDS
            && (!guard.isConfirmed() || now - guard.confirmedAt() > CONFIRMED_SECONDS);
    return unlisted || old;
  }

  /** It carried our traffic: from now on it goes before those that did not. */
  public Guards withSuccess(NodeId id, long nowEpochSecond, RandomGenerator random) {
    int at = indexOf(id);
    if (at < 0) {
      return this;
    }
    List<Guard> changed = new ArrayList<>(sample);
    Guard guard = changed.remove(at);
    if (guard.isConfirmed()) {
      changed.add(at, guard.withAnswer());
    } else {
      int confirmed = (int) changed.stream().filter(Guard::isConfirmed).count();
      changed.add(confirmed, guard.withConfirmed(sometimeBefore(nowEpochSecond, random)));
    }
    return new Guards(changed);
  }

  /** It did not answer. That is a fact about now, not about it: it keeps its place. */
  public Guards withFailure(NodeId id, long nowEpochSecond) {
    int at = indexOf(id);
    if (at < 0) {
      return this;
    }
    List<Guard> changed = new ArrayList<>(sample);
    changed.set(at, changed.get(at).withFailure(nowEpochSecond));
    return new Guards(changed);
  }

  /** It is there again, so it is worth trying again; that it carries anything is not said. */
  public Guards withReturn(NodeId id) {
    int at = indexOf(id);
    if (at < 0) {
      return this;
    }
    List<Guard> changed = new ArrayList<>(sample);
    changed.set(at, changed.get(at).withAnswer());
    return new Guards(changed);
  }

  static long sometimeBefore(long nowEpochSecond, RandomGenerator random) {
    return nowEpochSecond - random.nextLong(LIFETIME_SECONDS / 10);
  }

  private int indexOf(NodeId id) {
    return IntStream.range(0, sample.size())
        .filter(i -> sample.get(i).id().equals(id))
        .findFirst()
        .orElse(-1);
  }

  /**
   * Who may be the first hop now: the primary that pass; else the first other that does; and when
   * all seem dead, the primary again, since then it is more likely our own network.
   */
  BitSet usable(NodeTable table, Eligibility eligibility) {
    List<Guard> permitted =
        sample.stream()
            .filter(it -> table.indexOf(it.id()) >= 0)
            .filter(it -> eligibility.isPermitted(table.indexOf(it.id())))
            .toList();
    List<Guard> primary = permitted.subList(0, Math.min(PRIMARY, permitted.size()));
    List<Guard> rest = permitted.subList(primary.size(), permitted.size());
    BitSet usable = passing(table, eligibility, primary, true, PRIMARY);
    if (usable.isEmpty()) {
      usable = passing(table, eligibility, rest, true, 1);
    }
    return usable.isEmpty() ? passing(table, eligibility, primary, false, PRIMARY) : usable;
  }

  private static BitSet passing(
      NodeTable table, Eligibility eligibility, List<Guard> from, boolean onlyAlive, int limit) {
    BitSet nodes = new BitSet();
    for (Guard guard : from) {
      int node = table.indexOf(guard.id());
      if (nodes.cardinality() < limit
          && eligibility.first(node) == null
          && (!onlyAlive || guard.isWorthTrying(table.epochSecond()))) {
        nodes.set(node);
      }
    }
    return nodes;
  }
}
