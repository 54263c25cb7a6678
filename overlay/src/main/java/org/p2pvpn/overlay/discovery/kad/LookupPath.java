package org.p2pvpn.overlay.discovery.kad;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * One of a lookup's disjoint paths: no node is asked on two of them, so that a liar spoils one.
 *
 * <p>Liars name each other, and there is always one of them near the target. So questions go in
 * turn to the nearest candidate of all, which is fast among honest nodes, and to the nearest of the
 * lineage that was asked least: each node that the path began with has a lineage, those it named
 * and those they named, and one honest lineage is enough.
 */
final class LookupPath {
  enum State {
    NEW,
    ASKED,
    ANSWERED,
    FAILED
  }

  /** A node of this path. */
  static final class Candidate {
    final Contact contact;

    /** Who named it; itself when we knew it. */
    final NodeId from;

    final int lineage;

    /** Rounds to here: 1 for those we knew. */
    final int depth;

    State state = State.NEW;

    Candidate(Contact contact, NodeId from, int lineage, int depth) {
      this.contact = contact;
      this.from = from;
      this.lineage = lineage;
      this.depth = depth;
    }
  }

  private final KadKey target;

  /** Nearest first. */
  private final List<Candidate> candidates = new ArrayList<>();

  private final List<Integer> askedByLineage = new ArrayList<>();
  private int asked;
  private int inFlight;

  LookupPath(KadKey target) {
    this.target = target;
  }

  void begin(Contact seed) {
    insert(new Candidate(seed, seed.id(), askedByLineage.size(), 1));
    askedByLineage.add(0);
  }

  void add(Contact contact, Candidate from) {
    insert(new Candidate(contact, from.contact.id(), from.lineage, from.depth + 1));
  }

  private void insert(Candidate fresh) {
    int at = candidates.size();
    while (at > 0
        && target.compareDistance(fresh.contact.key, candidates.get(at - 1).contact.key) < 0) {
      at--;
    }
    candidates.add(at, fresh);
  }

  /**
   * Whom to ask now, or null while the path waits or when it is over.
   *
   * @param exhaustive whether to go on when the nearest have answered and named nobody nearer
   */
  @Nullable Candidate next(boolean exhaustive) {
    if (inFlight >= KadLimits.ALPHA || asked >= KadLimits.PATH_QUESTIONS_MAX) {
      return null;
    }
    Candidate nearest = nearest(exhaustive ? KadLimits.K : KadLimits.PATH_NEAREST);
    if (nearest != null && (asked % 2 == 0 || asked < KadLimits.ALPHA)) {
      return nearest;
    }
    boolean goOn = nearest != null || exhaustive;
    return goOn ? leastServed() : null;
  }

  void noteAsked(Candidate candidate) {
    candidate.state = State.ASKED;
    asked++;
    inFlight++;
    askedByLineage.set(candidate.lineage, askedByLineage.get(candidate.lineage) + 1);
  }

  void noteAnswered(Candidate candidate, boolean answered) {
    candidate.state = answered ? State.ANSWERED : State.FAILED;
    inFlight--;
  }

  boolean isOver(boolean exhaustive) {
    return inFlight == 0 && next(exhaustive) == null;
  }

  int asked() {
    return asked;
  }

  List<Contact> answered() {
    return candidates.stream()
        .filter(one -> one.state == State.ANSWERED)
        .map(one -> one.contact)
        .toList();
  }

  /** The nearest one not asked, among the nearest so many that did not fail; else null. */
  private @Nullable Candidate nearest(int among) {
    int seen = 0;
    for (Candidate one : candidates) {
      if (one.state == State.NEW) {
        return one;
      }
      seen += one.state == State.FAILED ? 0 : 1;
      if (seen >= among) {
        return null;
      }
    }
    return null;
  }

  private @Nullable Candidate leastServed() {
    Candidate found = null;
    for (Candidate one : candidates) {
      boolean better =
          found == null || askedByLineage.get(one.lineage) < askedByLineage.get(found.lineage);
      if (one.state == State.NEW && better) {
        found = one;
      }
    }
    return found;
  }
}
