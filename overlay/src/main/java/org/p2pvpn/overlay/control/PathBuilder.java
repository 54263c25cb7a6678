package org.p2pvpn.overlay.control;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.ExtendRefusal;

/**
 * Brings paths about, hop by hop: a handshake with the guard, an EXTEND, a handshake through it,
 * and so on, until the exit's answers find back. Lives on the control thread.
 */
final class PathBuilder {
  private static final long BUILD_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Ours: it is for a rare day, and what it costs is paid by others. */
  private static final long STAND_BY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long ATTACH_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  /** Ours: a guard that we have keys with answers in one round trip, if it lives. */
  private static final long GUARD_SILENT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private static final int GUARD_ROUND_TRIPS = 3;

  /** Ours: with 10 % loss each way five fail together once in four thousand times. */
  private static final long GUARD_ASKED_NANOS = TimeUnit.MILLISECONDS.toNanos(60);

  private final PathSet paths;
  private final CircuitOutlet outlet;
  private final HopKeys keys;
  private final PathEnd end;
  private long builtNanos;
  private long stoodByNanos;

  PathBuilder(PathSet paths, HopKeys keys, PathEnd end, CircuitOutlet outlet) {
    this.paths = paths;
    this.keys = keys;
    this.end = end;
    this.outlet = outlet;
  }

  /** The next path is not to wait. */
  void hurry(long nowNanos) {
    builtNanos = nowNanos - BUILD_AGAIN_NANOS;
  }

  /** Plans the path that is missing, and takes the next step of those that are not. */
  void tick(Planner planner, long nowNanos) {
    build(planner, nowNanos);
    CircuitPath building = paths.active;
    paths.active = advance(building, planner, nowNanos);
    if (building != null && paths.active == null && paths.spare == null) {
      leaveDeadExit(building, planner, nowNanos);
    }
    paths.spare = advance(paths.spare, planner, nowNanos);
    if (paths.active == null && paths.spare != null) {
      paths.active = paths.spare;
      paths.spare = null;
    }
    standBy(planner, nowNanos);
    CircuitPath standby = paths.standby;
    paths.standby = advance(standby, planner, nowNanos);
    if (standby != null && paths.standby == null && standby.exit().origin == Peer.Origin.HOP) {
      outlet.forget(standby.exit(), nowNanos);
    }
  }

  /** One of several that was dead when it was drawn: the next path is to another. */
  private void leaveDeadExit(CircuitPath failed, Planner by, long nowNanos) {
    Peer exit = failed.exit();
    if (failed.firstUnconnected() == exit && isOver(failed, nowNanos) && !by.isPinned()) {
      paths.exit = null;
      if (exit.origin == Peer.Origin.HOP) {
        outlet.forget(exit, nowNanos);
      }
    }
  }

  private static boolean isOver(CircuitPath path, long nowNanos) {
    return nowNanos - path.openNanos() >= Circuits.BUILD_WITHIN_NANOS;
  }

  /**
   * Another exit's keys take a second to get when they are needed, and none when they are there.
   */
  private void standBy(Planner by, long nowNanos) {
    CircuitPath active = paths.active;
    if (active == null) {
      return;
    }
    boolean wanted =
        paths.standby == null
            && active.isOpen()
            && (active.relays().isEmpty() || (paths.spare != null && paths.spare.isOpen()))
            && !by.isPinned()
            && nowNanos - stoodByNanos >= STAND_BY_AGAIN_NANOS;
    if (!wanted) {
      return;
    }
    stoodByNanos = nowNanos;
    long second = Controller.moment(nowNanos).unixSeconds();
    List<Peer> nodes = by.standby(active, paths.avoided.at(nowNanos), second);
    if (!nodes.isEmpty()) {
      paths.standby = path(nodes, exitOf(nodes, nowNanos), nowNanos);
    }
  }

  /** Another spare, if there is another. */
  void replaceSpare(Planner by, long nowNanos) {
    CircuitPath old = paths.spare;
    CircuitPath active = paths.active;
    if (old == null || active == null) {
      return;
    }
    Planner.Plan plan = plan(by, active, nowNanos);
    if (plan.hops().isEmpty()
        || plan.hops().stream().map(peer -> peer.id).toList().equals(ids(old))) {
      return;
    }
    paths.spare = begin(plan.hops(), nowNanos);
    end.now(old, nowNanos);
  }

  private static List<NodeId> ids(CircuitPath path) {
    return path.hops().stream().map(peer -> peer.id).toList();
  }

  private Planner.Plan plan(Planner by, @Nullable CircuitPath beside, long nowNanos) {
    Peer exit = paths.exit;
    return by.plan(
        exit == null ? null : exit.id,
        beside,
        paths.avoided.at(nowNanos),
        Controller.moment(nowNanos).unixSeconds());
  }

  private void build(Planner by, long nowNanos) {
    CircuitPath active = paths.active;
    boolean wanted =
        active == null || (paths.spare == null && active.isOpen() && !active.relays().isEmpty());
    if (!wanted || nowNanos - builtNanos < BUILD_AGAIN_NANOS) {
      return;
    }
    builtNanos = nowNanos;
    Planner.Plan plan = plan(by, active, nowNanos);
    if (plan.hops().isEmpty()) {
      paths.trouble = plan.trouble();
      return;
    }
    CircuitPath path = begin(plan.hops(), nowNanos);
    if (active == null) {
      paths.active = path;
    } else {
      paths.spare = path;
    }
  }

  private CircuitPath begin(List<Peer> nodes, long nowNanos) {
    Peer leadsTo = paths.exit;
    if (leadsTo == null) {
      leadsTo = exitOf(nodes, nowNanos);
      paths.exit = leadsTo;
      outlet.onExit(leadsTo, nowNanos);
    }
    return path(nodes, leadsTo, nowNanos);
  }

  /** Straight, the exit knows us anyway. */
  private Peer exitOf(List<Peer> nodes, long nowNanos) {
    return nodes.size() == 1 ? nodes.getLast() : keys.hop(nodes.getLast(), nowNanos);
  }

  private CircuitPath path(List<Peer> nodes, Peer leadsTo, long nowNanos) {
    List<Peer> hops = new ArrayList<>();
    nodes.getFirst().wanted = true;
    if (nodes.size() == 1) {
      return new CircuitPath(nodes, nowNanos);
    }
    hops.add(nodes.getFirst());
    nodes.subList(1, nodes.size() - 1).forEach(relay -> hops.add(keys.hop(relay, nowNanos)));
    hops.add(leadsTo);
    return new CircuitPath(hops, nowNanos);
  }

  /** Takes the next step of a path; null when it came to its end. */
  private @Nullable CircuitPath advance(@Nullable CircuitPath path, Planner by, long nowNanos) {
    if (path == null) {
      return null;
    }
    if (!path.isAttached() && path.isGuardSilent()) {
      onSilentGuard(path, by, nowNanos);
    }
    if (path.trouble() == null) {
      step(path, by, nowNanos);
    }
    if (path.trouble() == null) {
      return path;
    }
    paths.trouble = end.failed(path, nowNanos);
    return null;
  }

  private void step(CircuitPath path, Planner by, long nowNanos) {
    Peer missing = path.firstUnconnected();
    boolean over = isOver(path, nowNanos);
    if (missing != null) {
      outlet.call(missing, nowNanos);
      if (over) {
        paths.avoided.add(missing.id, nowNanos);
        by.onFailure(missing, missing == path.hops().getFirst(), Controller.moment(nowNanos));
        path.fail(missing.name + " does not answer");
      }
    } else if (path.isAttached()) {
      onAttached(path, by, nowNanos);
    } else if (path.shouldAttach(nowNanos, ATTACH_AGAIN_NANOS)) {
      attach(path);
    } else if (over) {
      Peer last = path.before(path.exit());
      paths.avoided.add(last.id, nowNanos);
      path.fail(last.name + " does not take the exit's answers");
    }
  }

  /** It was alive when it was chosen; what killed the last path may have killed it, too. */
  private void onSilentGuard(CircuitPath path, Planner by, long nowNanos) {
    Peer guard = path.hops().getFirst();
    if (nowNanos - path.begunNanos() >= guardPatienceNanos(guard)) {
      paths.avoided.add(guard.id, nowNanos);
      by.onFailure(guard, true, Controller.moment(nowNanos));
      path.fail(guard.name + " is silent");
      hurry(nowNanos);
    } else if (path.shouldAskGuard(nowNanos, GUARD_ASKED_NANOS)) {
      outlet.ping(guard, nowNanos);
    }
  }

  /** Before its first answer to an echo nobody knows how far it is. */
  private static long guardPatienceNanos(Peer guard) {
    long roundTripNanos = guard.echo.rttNanos();
    return roundTripNanos < 0
        ? Circuits.BUILD_WITHIN_NANOS
        : Math.max(GUARD_SILENT_NANOS, GUARD_ROUND_TRIPS * roundTripNanos);
  }

  private void onAttached(CircuitPath path, Planner by, long nowNanos) {
    if (path.onOpen(nowNanos)) {
      by.onOpen(path, Controller.moment(nowNanos));
    }
    if (path == paths.active || path.relays().isEmpty()) {
      return;
    }
    if (path.isDoubtful()) {
      path.fail(path.before(path.exit()).name + " does not answer any more");
    } else if (path.shouldVerify(nowNanos)) {
      attach(path);
    }
  }

  private void attach(CircuitPath path) {
    Epoch epoch = path.exit().session.sending();
    if (epoch != null) {
      ask(path, path.exit(), epoch.localIndex());
    }
  }

  private void ask(CircuitPath path, Peer hop, int index) {
    path.onAsked(index, hop);
    outlet.send(path.before(hop), new ControlMessage.Extend(index, hop.id));
  }

  /** The handshake with a hop begins with a circuit that its answers come back by. */
  void initiate(Peer hop) {
    int index = outlet.newIndex(hop);
    for (CircuitPath path : paths.withStandby()) {
      if (index != 0 && path.contains(hop) && path.before(hop).isConnected()) {
        ask(path, hop, index);
      }
    }
  }

  void onExtended(Peer relay, int index, long nowNanos) {
    for (CircuitPath path : paths.withStandby()) {
      Peer hop = path.onAnswered(relay, index, true);
      if (hop != null && !hop.hasEpoch(index) && isPreferred(path, hop)) {
        outlet.initiate(hop, index, path.wayTo(hop), nowNanos);
      }
    }
  }

  /** The exit's handshake goes by the path in use, as long as that one works. */
  private boolean isPreferred(CircuitPath path, Peer hop) {
    CircuitPath active = paths.active;
    return path == active || active == null || !active.contains(hop) || !active.isOpen();
  }

  void onExtendRefused(Peer relay, int index, ExtendRefusal reason, long nowNanos) {
    for (CircuitPath path : paths.withStandby()) {
      Peer hop = path.onAnswered(relay, index, false);
      if (hop != null && reason != ExtendRefusal.INDEX_IN_USE) {
        paths.avoided.add(relay.id, nowNanos);
        path.fail(relay.name + " does not lead to " + hop.name + ": " + reason.meaning());
      }
    }
  }

  /** A hop will not have us: it has restarted, perhaps, and does not know its neighbour yet. */
  void onRefused(Peer hop, String why, long nowNanos) {
    for (CircuitPath path : paths.withStandby()) {
      if (path.contains(hop)) {
        paths.avoided.add(path.hops().size() == 1 ? hop.id : path.before(hop).id, nowNanos);
        path.fail(hop.name + " refused: " + why);
      }
    }
  }
}
