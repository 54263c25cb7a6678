package org.p2pvpn.overlay.control;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;

/**
 * One path to an exit: the guard, whom we know by our own name, perhaps more relays, and the exit.
 * Two paths may lead to one exit and then share its session. Lives on the control thread.
 */
final class CircuitPath {
  /** Enough for the keys that live at a time, twice. */
  private static final int STANDING_MAX = 8;

  /** Ours: a spare is known to stand but for the last two seconds. */
  private static final long VERIFY_NANOS = 2_000_000_000L;

  private static final long VERIFY_AGAIN_NANOS = 500_000_000L;
  private static final int UNVERIFIED_MAX = 3;

  /** What probes say of it. */
  final PathGauge gauge = new PathGauge();

  private final List<Peer> hops;
  private final List<Way> ways = new ArrayList<>();
  private final long begunNanos;
  private long openNanos;
  private boolean wasOpen;

  /** Circuit ids asked for and not answered, and the hop that each is to lead to. */
  private final Map<Integer, Peer> asked = new HashMap<>();

  /** Receiver indexes of the exit's session that the last relay takes answers for. */
  private final Set<Integer> standing = new LinkedHashSet<>();

  private long attachAskedNanos;
  private long guardAskedNanos;
  private long verifyNanos;
  private int unverified;
  private @Nullable String trouble;

  /** {@code hops}: guard first, exit last. */
  CircuitPath(List<Peer> hops, long nowNanos) {
    this.hops = List.copyOf(hops);
    this.begunNanos = nowNanos;
    this.openNanos = nowNanos;
    this.verifyNanos = nowNanos;
    this.attachAskedNanos = nowNanos - 1_000_000_000L;
    this.guardAskedNanos = nowNanos - 1_000_000_000L;
    for (int hop = 1; hop < hops.size(); hop++) {
      List<Session> before = new ArrayList<>();
      hops.subList(0, hop).forEach(peer -> before.add(peer.session));
      ways.add(new Way(before));
    }
  }

  List<Peer> hops() {
    return hops;
  }

  List<Peer> relays() {
    return hops.subList(0, hops.size() - 1);
  }

  Peer exit() {
    return hops.getLast();
  }

  long begunNanos() {
    return begunNanos;
  }

  /** When it last stood, or was begun. */
  long openNanos() {
    return openNanos;
  }

  /** Returns whether it is the first time. */
  boolean onOpen(long nowNanos) {
    openNanos = nowNanos;
    boolean first = !wasOpen;
    wasOpen = true;
    return first;
  }

  /** Whether it ever stood; before that its silence says nothing. */
  boolean wasOpen() {
    return wasOpen;
  }

  /** Whether we have keys with the guard and have not heard of it since this path was begun. */
  boolean isGuardSilent() {
    Session session = hops.getFirst().session;
    return hops.getFirst().isConnected() && session.lastReceivedNanos() - begunNanos < 0;
  }

  /** Once for each pause. */
  boolean shouldAskGuard(long nowNanos, long pauseNanos) {
    boolean due = nowNanos - guardAskedNanos >= pauseNanos;
    guardAskedNanos = due ? nowNanos : guardAskedNanos;
    return due;
  }

  boolean contains(Peer peer) {
    return hops.contains(peer);
  }

  /** The node that forwards to this hop, which is not the guard. */
  Peer before(Peer hop) {
    return hops.get(hops.indexOf(hop) - 1);
  }

  /** The sessions around this hop's, which is not the guard. */
  Way wayTo(Peer hop) {
    return ways.get(hops.indexOf(hop) - 1);
  }

  /** The first hop that we have no keys with, or null when all have. */
  @Nullable Peer firstUnconnected() {
    for (Peer hop : hops) {
      if (!hop.isConnected()) {
        return hop;
      }
    }
    return null;
  }

  /** Whether the exit can be reached by it, and its answers find back. */
  boolean isOpen() {
    return firstUnconnected() == null && isAttached();
  }

  /** Whether the last relay knows what the exit's answers bear. */
  boolean isAttached() {
    Epoch epoch = exit().session.sending();
    return hops.size() == 1 || (epoch != null && standing.contains(epoch.localIndex()));
  }

  void onAsked(int index, Peer hop) {
    asked.put(index, hop);
  }

  /** Which hop a relay's answer is about, or null when nothing was asked. */
  @Nullable Peer onAnswered(Peer relay, int index, boolean extended) {
    Peer hop = asked.get(index);
    if (hop == null || before(hop) != relay) {
      return null;
    }
    asked.remove(index);
    unverified = 0;
    if (extended && hop == exit()) {
      standing.add(index);
      if (standing.size() > STANDING_MAX) {
        standing.remove(standing.iterator().next());
      }
    }
    return hop;
  }

  /** Whether to ask the last relay now to take the exit's answers. */
  boolean shouldAttach(long nowNanos, long everyNanos) {
    boolean due = nowNanos - attachAskedNanos >= everyNanos;
    boolean wanted = due && !isAttached() && firstUnconnected() == null;
    if (wanted) {
      attachAskedNanos = nowNanos;
    }
    return wanted;
  }

  /**
   * Whether to ask the last relay once more for what it has granted: a path that carries nothing is
   * proven by that, and one through a relay that has restarted is made good.
   */
  boolean shouldVerify(long nowNanos) {
    long every = unverified == 0 ? VERIFY_NANOS : VERIFY_AGAIN_NANOS;
    boolean due = isOpen() && hops.size() > 1 && nowNanos - verifyNanos >= every;
    if (due) {
      verifyNanos = nowNanos;
      unverified++;
    }
    return due;
  }

  /** Whether the last relay has been silent to all that. */
  boolean isDoubtful() {
    return unverified > UNVERIFIED_MAX;
  }

  /** It will not do any more; the first reason is kept. */
  void fail(String why) {
    if (trouble == null) {
      trouble = why;
    }
  }

  @Nullable String trouble() {
    return trouble;
  }
}
