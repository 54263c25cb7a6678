package org.p2pvpn.overlay.control;

import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.SessionTimers;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.wire.ExtendRefusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our paths to one exit: one in use and a spare that shares no relay with it, both warm. The exit's
 * session goes by one or the other as a roaming peer does, so when a relay dies the exit stays, and
 * with it every connection. {@link PathBuilder} builds them, {@link Lookout} watches; here the
 * traffic is moved. Lives on the control thread.
 */
final class Circuits {
  private static final Logger LOG = LoggerFactory.getLogger(Circuits.class);

  /** Ours: a handshake with its first three retries, over a slow link. */
  static final long BUILD_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(4);

  private final PeerBook peers;
  private final ControlCounters counters;
  private final CircuitOutlet outlet;
  private final PathSet paths = new PathSet();
  private final SwitchLog switches;
  private final PathEnd end;
  private final PathBuilder builder;
  private final Witness witness = new Witness();
  private final Lookout lookout;
  private final BetterPath better = new BetterPath(paths);
  private final Rotation rotation;

  Circuits(
      PeerBook peers,
      ControlCounters counters,
      SwitchLog switches,
      SecureRandom random,
      CircuitOutlet outlet) {
    this.peers = peers;
    this.counters = counters;
    this.switches = switches;
    this.outlet = outlet;
    end = new PathEnd(outlet, paths::withStandby);
    builder = new PathBuilder(paths, new HopKeys(peers, random), end, outlet);
    rotation = new Rotation(random);
    lookout = new Lookout(paths, witness, random, outlet);
  }

  /** From now on there is a path as this planner plans it. */
  void use(Planner newPlanner, long nowNanos) {
    dropStandby(nowNanos);
    end(nowNanos);
    paths.planner = newPlanner;
  }

  /** Goes on with a path that stands already, to an exit that is this one's from now on. */
  void adopt(Planner newPlanner, CircuitPath path, long nowNanos) {
    paths.planner = newPlanner;
    paths.active = path;
    paths.exit = path.exit();
    outlet.onExit(path.exit(), nowNanos);
  }

  /** The next paths to the same exit, and what takes its place, are this one's to choose. */
  void planBy(Planner newPlanner) {
    paths.planner = newPlanner;
  }

  /** No path from now on. */
  void stop(long nowNanos) {
    dropStandby(nowNanos);
    end(nowNanos);
    paths.planner = null;
  }

  /** Nothing stands by any more. */
  void dropStandby(long nowNanos) {
    CircuitPath standby = paths.standby;
    if (standby != null) {
      paths.standby = null;
      end.now(standby, nowNanos);
      forgetExit(standby.exit(), nowNanos);
    }
  }

  private void forgetExit(Peer lost, long nowNanos) {
    if (lost.origin == Peer.Origin.HOP) {
      outlet.forget(lost, nowNanos);
    }
  }

  /** Every path to it ends, and so does the session with the exit. */
  private void end(long nowNanos) {
    List<CircuitPath> old = paths.all();
    paths.active = null;
    paths.spare = null;
    old.forEach(path -> end.now(path, nowNanos));
    end.lingering(nowNanos);
    lookout.forget();
    Peer lost = paths.exit;
    paths.exit = null;
    if (lost != null) {
      forgetExit(lost, nowNanos);
    }
    builder.hurry(nowNanos);
  }

  /** The path in use first. */
  List<CircuitReport> reports() {
    return paths.withStandby().stream()
        .map(path -> CircuitReport.of(path, use(path), this::isAcquainted))
        .toList();
  }

  private String use(CircuitPath path) {
    return path == paths.active ? "active" : path == paths.standby ? "standby" : "spare";
  }

  /** Whether the node has keys with us under our own name too. */
  private boolean isAcquainted(Peer hop) {
    Peer known = peers.get(hop.id);
    return known != null && known.handshakeNanos != 0;
  }

  /** Guard first; empty without a path. */
  List<Peer> hopsInUse() {
    return paths.active == null ? List.of() : paths.active.hops();
  }

  String trouble() {
    return paths.isOpen() ? "" : paths.trouble;
  }

  /** A new path at once, and with it another exit for new connections where one stands by. */
  void renew(long nowNanos) {
    if (!moveOn("asked for", nowNanos) && paths.active != null) {
      paths.active.fail("asked for");
    }
  }

  /** Without any need: to another exit, or to other relays. Returns whether there were any. */
  private boolean moveOn(String why, long nowNanos) {
    CircuitPath standby = paths.standby;
    if (standby != null && standby.isOpen() && outlet.changeExit(standby, nowNanos)) {
      paths.standby = null; // whoever took it sees to it
      return true;
    }
    if (paths.spare != null && paths.spare.isOpen()) {
      exchange(why, nowNanos);
      return true;
    }
    return false;
  }

  /** The planner wants another path than before to the same exit; connections go on by it. */
  void replan(long nowNanos) {
    CircuitPath spare = paths.spare;
    CircuitPath active = paths.active;
    Planner planner = paths.planner;
    if (planner == null || active == null || planner.wants(active)) {
      return;
    }
    if (spare != null && !planner.wants(spare)) {
      paths.spare = null;
      end.now(spare, nowNanos);
    }
    if (planner.isInTheWay(active)) {
      active.fail("another path was set");
    }
    builder.hurry(nowNanos);
  }

  /** Takes other relays, or another exit, that often; 0 for never. */
  void rotate(long everyNanos) {
    rotation.every(everyNanos);
  }

  /** To the spare without any need: nothing is lost, and the next spare is to have other relays. */
  private void exchange(String why, long nowNanos) {
    if (paths.active != null) {
      paths.active.relays().forEach(relay -> paths.avoided.add(relay.id, nowNanos));
    }
    leaveActive(why, 0, true, nowNanos);
  }

  /** Returns when the next look is wanted, in nanoseconds from now. */
  long onTick(long nowNanos) {
    Planner planner = paths.planner;
    if (planner == null) {
      return Long.MAX_VALUE;
    }
    end.tick(nowNanos);
    builder.tick(planner, nowNanos);
    follow(nowNanos);
    witness.look(paths.active, planner, nowNanos);
    Peer exit = paths.exit;
    switch (better.look(planner, nowNanos)) {
      case STAY -> {}
      case MOVE -> exchange("a better path", nowNanos);
      case REPLACE_SPARE -> builder.replaceSpare(planner, nowNanos);
    }
    boolean wanted = paths.spare != null && planner.wants(paths.spare) && paths.spare.isOpen();
    if (wanted) {
      exchange("set by hand", nowNanos);
    }
    if (rotation.isDue(paths.active, nowNanos) && moveOn("its time was over", nowNanos)) {
      rotation.restart();
    }
    return paths.active == null || exit == null ? ControlLoop.TICK_NANOS : look(exit, nowNanos);
  }

  /** A handshake leaves the exit's session where it was made, and that may be another path. */
  private void follow(long nowNanos) {
    CircuitPath path = paths.active;
    if (path == null || path.relays().isEmpty() || !path.isOpen()) {
      return;
    }
    Way way = path.wayTo(path.exit());
    if (!way.equals(path.exit().session.way())) {
      take(path, way, nowNanos);
    }
  }

  /** The exit's session goes this way from now on. */
  private void take(CircuitPath path, Way way, long nowNanos) {
    Session session = path.exit().session;
    session.way(way);
    session.onMoved();
    lookout.onMoved(path, nowNanos);
  }

  private long look(Peer exit, long nowNanos) {
    SessionTimers.Activity activity = exit.session.activity();
    long since = activity.unansweredSinceNanos();
    switch (lookout.look(exit, nowNanos)) {
      case FINE -> {}
      case HOP_LOST -> {
        long silentNanos = activity.isUnanswered() ? nowNanos - since : 0;
        leaveActive("a hop lost its keys", silentNanos, false, nowNanos);
      }
      case PATH_DEAD -> {
        leaveActive("silence", nowNanos - since, false, nowNanos);
        if (paths.active != null) {
          paths.active.relays().forEach(relay -> outlet.ping(relay, nowNanos));
        }
      }
      case EXIT_DEAD -> abandonExit(exit, exit.name + " is silent", nowNanos);
    }
    return lookout.nextLookNanos(exit, nowNanos);
  }

  /** The handshake with a hop begins with a circuit that its answers come back by. */
  void initiate(Peer hop) {
    builder.initiate(hop);
  }

  void onExtended(Peer relay, int index, long nowNanos) {
    builder.onExtended(relay, index, nowNanos);
  }

  void onExtendRefused(Peer relay, int index, ExtendRefusal reason, long nowNanos) {
    counters.count("extend_was_refused_" + reason.name());
    witness.onRefused(relay, reason, paths.planner, nowNanos);
    builder.onExtendRefused(relay, index, reason, nowNanos);
  }

  void onRefused(Peer hop, String why, long nowNanos) {
    builder.onRefused(hop, why, nowNanos);
  }

  void onEcho(Session session, byte[] echo, long nowNanos) {
    lookout.onEcho(session, echo, nowNanos);
  }

  /** A node has shaken hands with us anew: whatever it failed at before, now it is there. */
  void onBack(NodeId node) {
    paths.avoided.remove(node);
    if (paths.planner != null) {
      paths.planner.onBack(node);
    }
  }

  /** A node says that it stops: what goes by it moves before anything is lost. */
  void onLeave(Peer gone, long nowNanos) {
    paths.avoided.add(gone.id, nowNanos);
    witness.onLeave(gone, paths.withStandby(), paths.planner, nowNanos);
    CircuitPath standby = paths.standby;
    if (standby != null && standby.contains(gone)) {
      dropStandby(nowNanos);
    }
    CircuitPath spare = paths.spare;
    if (spare != null && spare.relays().contains(gone)) {
      end.now(spare, nowNanos);
      paths.spare = null;
    }
    if (paths.active != null && paths.active.relays().contains(gone)) {
      leaveActive(gone.name + " leaves", 0, true, nowNanos);
    }
    if (gone == paths.exit) {
      abandonExit(gone, gone.name + " leaves", nowNanos);
    }
  }

  /** Another exit, with another lease: connections by this one are lost. */
  private void abandonExit(Peer lost, String why, long nowNanos) {
    paths.avoided.clear(); // the relays of its paths were not to blame
    paths.avoided.add(lost.id, nowNanos);
    paths.trouble = why;
    counters.count("exits_lost");
    LOG.info("exit {}: {}", lost.name, why);
    CircuitPath next = paths.standby;
    end(nowNanos);
    if (next != null && next.isOpen()) {
      // New connections go by it as soon as it has lent us addresses.
      paths.standby = null;
      paths.active = next;
      paths.exit = next.exit();
      if (paths.planner != null) {
        paths.planner.onStandbyUsed();
      }
      outlet.onExit(next.exit(), nowNanos);
    }
  }

  /** Moves the exit's session to the spare; without one the path is built anew. */
  private void leaveActive(String why, long silentNanos, boolean announced, long nowNanos) {
    CircuitPath old = paths.active;
    CircuitPath next = paths.spare;
    if (old == null) {
      return;
    }
    if (!announced) {
      old.relays().forEach(relay -> paths.avoided.add(relay.id, nowNanos));
    }
    builder.hurry(nowNanos);
    if (next == null || !next.isOpen()) {
      old.fail(why);
      return;
    }
    paths.active = next;
    paths.spare = null;
    take(next, next.wayTo(next.exit()), nowNanos);
    end.soon(old, nowNanos);
    switches.add(old, next, why, silentNanos, announced);
    witness.onSwitch(old, silentNanos, nowNanos);
  }
}
