package org.p2pvpn.overlay.control;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;

/**
 * The exit of one class of traffic, and those it had before: new connections take the newest, old
 * ones stay on theirs until they end. Lives on the control thread.
 */
final class ClassExit {
  /** Ours: the lease is one round trip away, and asked for again every half second. */
  private static final long LENT_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Ours: a download has ended by then, and what never ends is not to hold an exit for ever. */
  static final long FORMER_NANOS = TimeUnit.HOURS.toNanos(1);

  /** Ours: each costs two paths and a session; the oldest goes. */
  static final int FORMER_MAX = 3;

  /** Ours: what echoes and probes of an idle session come to between two looks, and more. */
  private static final long IDLE_BYTES = 16 << 10;

  private final Exits exits;
  private final SwitchLog switches;
  private final List<ExitUse> former = new ArrayList<>();
  private ExitUse current;
  private @Nullable ExitUse next;
  private TrafficClass traffic;
  private @Nullable PathPlanner planner;
  private long rotateNanos;

  ClassExit(TrafficClass traffic, Exits exits, SwitchLog switches) {
    this.traffic = traffic;
    this.exits = exits;
    this.switches = switches;
    current = exits.newUse(this, switches);
  }

  TrafficClass traffic() {
    return traffic;
  }

  /** To the exit that new connections take. */
  Circuits circuits() {
    return current.circuits;
  }

  @Nullable ExitLink link() {
    return current.link();
  }

  List<PathSwitch> switches() {
    return switches.latest();
  }

  /** Null while the exit is used straight. */
  @Nullable PathPlanner planner() {
    return planner;
  }

  /** All exits that something of this class goes by, or is about to; the present one first. */
  Stream<ExitUse> uses() {
    return Stream.concat(
        Stream.concat(Stream.of(current), Optional.ofNullable(next).stream()), former.stream());
  }

  /** Those that only old connections use; the one that was left last comes first. */
  List<ExitUse> former() {
    return former;
  }

  /** What the present exit lent, and what those before it did; null without the former. */
  @Nullable Lent lent() {
    LeaseGrant lease = current.lease().orElse(null);
    return lease == null
        ? null
        : new Lent(lease, former.stream().flatMap(use -> use.lease().stream()).toList());
  }

  /** Straight to this peer; every connection by another exit ends. */
  void use(TrafficClass wanted, Peer peer, CircuitOutlet outlet, long nowNanos) {
    traffic = wanted;
    planner = null;
    endOthers(nowNanos);
    current.circuits.stop(nowNanos);
    peer.wanted = true;
    current.goStraight(peer, outlet, nowNanos);
  }

  /** By relays, and perhaps by one exit after another; every connection by another exit ends. */
  void use(TrafficClass wanted, PathPlanner newPlanner, long nowNanos) {
    traffic = wanted;
    planner = newPlanner;
    endOthers(nowNanos);
    current.circuits.use(newPlanner, nowNanos);
  }

  /** Takes other relays, or another exit where any will do, that often; 0 for never. */
  void rotate(long everyNanos) {
    rotateNanos = everyNanos;
    current.circuits.rotate(everyNanos);
  }

  private void endOthers(long nowNanos) {
    uses().filter(use -> use != current).forEach(use -> use.circuits.stop(nowNanos));
    next = null;
    former.clear();
  }

  void onAsked(int index, ExitUse by) {
    exits.onAsked(index, by);
  }

  /** Returns whether the path is taken: its exit is asked for a lease, and then has its turn. */
  boolean changeExit(ExitUse by, CircuitPath path, long nowNanos) {
    PathPlanner any = planner;
    NodeId exit = path.exit().id;
    boolean wanted = by == current && by.isLent() && next == null;
    if (any == null || !wanted || former.stream().anyMatch(use -> use.leadsTo(exit))) {
      return false;
    }
    ExitUse made = exits.newUse(this, switches);
    made.since(nowNanos);
    next = made;
    made.circuits.adopt(any.to(exit), path, nowNanos);
    return true;
  }

  /** One of these exits lent addresses. */
  void onLent(ExitUse use, long nowNanos) {
    ExitUse old = current;
    if (use != next) {
      return;
    }
    ExitLink from = old.link();
    ExitLink to = use.link();
    if (from != null && to != null) {
      switches.onExit(from.peer, to.peer);
      // It has no other exit to go to: it is here for those that have this one's address.
      PathPlanner any = planner;
      if (any != null) {
        old.circuits.planBy(any.to(from.peer.id));
        use.circuits.planBy(any);
        any.onStandbyUsed();
      }
    }
    old.circuits.rotate(0);
    old.circuits.dropStandby(nowNanos);
    use.circuits.rotate(rotateNanos);
    old.since(nowNanos);
    old.takePassedBytes();
    former.addFirst(old);
    current = use;
    next = null;
    if (former.size() > FORMER_MAX) {
      former.removeLast().circuits.stop(nowNanos);
    }
  }

  /** Returns whether an exit is no longer used. */
  boolean onTick(long nowNanos) {
    ExitUse coming = next;
    if (coming != null && nowNanos - coming.sinceNanos() >= LENT_WITHIN_NANOS) {
      coming.circuits.stop(nowNanos);
      next = null;
    }
    boolean ended = false;
    for (Iterator<ExitUse> i = former.iterator(); i.hasNext(); ) {
      ExitUse use = i.next();
      if (!use.isLent() || nowNanos - use.sinceNanos() >= FORMER_NANOS) {
        i.remove();
        use.circuits.stop(nowNanos);
        ended = true;
      }
    }
    return ended;
  }

  /** No program of this host is connected from this lease. Returns whether its exit is left. */
  boolean onUnused(LeaseGrant lease, long nowNanos) {
    for (ExitUse use : former) {
      // Of what this host forwards for others it has no sockets.
      boolean idle = use.lease().filter(lease::equals).isPresent();
      if (idle && use.takePassedBytes() < IDLE_BYTES) {
        former.remove(use);
        use.circuits.stop(nowNanos);
        return true;
      }
    }
    return false;
  }
}
