package org.p2pvpn.overlay.control;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.SessionTimers;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.ExtendRefusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our paths to one exit: one in use and a spare that shares no relay with it, both warm. The exit's
 * session goes by one or the other as a roaming peer does, so when a relay dies the exit stays, and
 * with it every connection. Lives on the control thread.
 */
final class Circuits {
  private static final Logger LOG = LoggerFactory.getLogger(Circuits.class);

  /** Ours: a handshake with its first three retries, over a slow link. */
  static final long BUILD_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(4);

  private static final long BUILD_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long ATTACH_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  /** While there is traffic a dead path is looked for that often; see {@link PathWatch}. */
  private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** Ours: a pause of a second in the traffic, and the looks become rare. */
  private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ControlCounters counters;
  private final CircuitOutlet outlet;
  private final PathWatch watch = new PathWatch();
  private final Avoided avoided = new Avoided();
  private final SwitchLog switches;
  private final HopKeys keys;
  private final PathEnd end;
  private final Probes probes;
  private final Witness witness = new Witness();

  private @Nullable Planner planner;
  private @Nullable Peer exit;
  private @Nullable CircuitPath active;
  private @Nullable CircuitPath spare;
  private long builtNanos;
  private String trouble = "";

  /** When the first path of several fell silent, with nothing from the exit since; or 0. */
  private long silentSinceNanos;

  Circuits(PeerBook peers, ControlCounters counters, SecureRandom random, CircuitOutlet outlet) {
    this.counters = counters;
    this.outlet = outlet;
    switches = new SwitchLog(counters);
    probes = new Probes(random);
    keys = new HopKeys(peers, random);
    end = new PathEnd(outlet, this::paths);
  }

  /** From now on there is a path as this planner plans it. */
  void use(Planner newPlanner, long nowNanos) {
    end(nowNanos);
    planner = newPlanner;
  }

  /** Every path ends, and so does the session with the exit that they led to. */
  private void end(long nowNanos) {
    List<CircuitPath> old = paths();
    active = null;
    spare = null;
    old.forEach(path -> end.now(path, nowNanos));
    end.lingering(nowNanos);
    silentSinceNanos = 0;
    Peer lost = exit;
    exit = null;
    if (lost != null && lost.origin == Peer.Origin.HOP) {
      outlet.forget(lost, nowNanos);
    }
    builtNanos = nowNanos - BUILD_AGAIN_NANOS;
  }

  /** The path in use first. */
  List<CircuitReport> reports() {
    return paths().stream()
        .map(path -> CircuitReport.of(path, path == active, roundTripNanos()))
        .toList();
  }

  long roundTripNanos() {
    return watch.roundTripNanos();
  }

  List<PathSwitch> switches() {
    return switches.latest();
  }

  String trouble() {
    return active != null && active.isOpen() ? "" : trouble;
  }

  /** A new path at once, and then another spare; the exit stays when only it will do. */
  void renew(long nowNanos) {
    if (spare != null && spare.isOpen()) {
      leaveActive("asked for", 0, true, nowNanos);
    } else if (active != null) {
      active.fail("asked for");
    }
  }

  /** Returns when the next look is wanted, in nanoseconds from now. */
  long onTick(long nowNanos) {
    if (planner == null) {
      return Long.MAX_VALUE;
    }
    end.tick(nowNanos);
    build(planner, nowNanos);
    active = advance(active, planner, nowNanos);
    spare = advance(spare, planner, nowNanos);
    if (active == null && spare != null) {
      active = spare;
      spare = null;
    }
    witness.look(active, planner, nowNanos);
    return active == null || exit == null ? ControlLoop.TICK_NANOS : look(exit, nowNanos);
  }

  private void build(Planner by, long nowNanos) {
    boolean wanted =
        active == null || (spare == null && active.isOpen() && !active.relays().isEmpty());
    if (!wanted || nowNanos - builtNanos < BUILD_AGAIN_NANOS) {
      return;
    }
    builtNanos = nowNanos;
    long second = Controller.moment(nowNanos).unixSeconds();
    Planner.Plan plan =
        by.plan(exit == null ? null : exit.id, active, avoided.at(nowNanos), second);
    if (plan.hops().isEmpty()) {
      trouble = plan.trouble();
      return;
    }
    CircuitPath path = begin(plan.hops(), nowNanos);
    if (active == null) {
      active = path;
    } else {
      spare = path;
    }
  }

  private CircuitPath begin(List<Peer> nodes, long nowNanos) {
    Peer leadsTo = exit;
    if (leadsTo == null) {
      // Straight, the exit knows us anyway.
      leadsTo = nodes.size() == 1 ? nodes.getLast() : keys.hop(nodes.getLast(), nowNanos);
      exit = leadsTo;
      outlet.onExit(leadsTo, nowNanos);
    }
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
    Peer missing = path.firstUnconnected();
    if (missing != null) {
      if (missing.retry == null) {
        outlet.call(missing, nowNanos);
      }
      if (nowNanos - path.openNanos() >= BUILD_WITHIN_NANOS) {
        avoided.add(missing.id, nowNanos);
        by.onFailure(missing, missing == path.hops().getFirst(), Controller.moment(nowNanos));
        path.fail(missing.name + " does not answer");
      }
    } else if (path.isAttached()) {
      onAttached(path, by, nowNanos);
    } else if (path.shouldAttach(nowNanos, ATTACH_AGAIN_NANOS)) {
      attach(path);
    } else if (nowNanos - path.openNanos() >= BUILD_WITHIN_NANOS) {
      Peer last = path.before(path.exit());
      avoided.add(last.id, nowNanos);
      path.fail(last.name + " does not take the exit's answers");
    }
    if (path.trouble() == null) {
      return path;
    }
    trouble = end.failed(path, nowNanos);
    return null;
  }

  private void onAttached(CircuitPath path, Planner by, long nowNanos) {
    if (path.onOpen(nowNanos)) {
      by.onOpen(path, Controller.moment(nowNanos));
    }
    if (path.relays().isEmpty()) {
      return;
    }
    Way way = path.wayTo(path.exit());
    if (path == active && !way.equals(path.exit().session.way())) {
      take(path, way, nowNanos);
    } else if (path == spare && path.isDoubtful()) {
      path.fail(path.before(path.exit()).name + " does not answer any more");
    } else if (path == spare && path.shouldVerify(nowNanos)) {
      attach(path);
    }
  }

  private void attach(CircuitPath path) {
    Epoch epoch = path.exit().session.sending();
    if (epoch != null) {
      ask(path, path.exit(), epoch.localIndex());
    }
  }

  /** The exit's session goes this way, and a probe at once: the exit follows what it hears. */
  private void take(CircuitPath path, Way way, long nowNanos) {
    Session session = path.exit().session;
    session.way(way);
    session.onMoved();
    watch.onSwitch(nowNanos);
    outlet.probe(session, probes.next(nowNanos));
  }

  private void ask(CircuitPath path, Peer hop, int index) {
    path.onAsked(index, hop);
    outlet.send(path.before(hop), new ControlMessage.Extend(index, hop.id));
  }

  /** The handshake with a hop begins with a circuit that its answers come back by. */
  void initiate(Peer hop, long nowNanos) {
    int index = outlet.newIndex(hop);
    for (CircuitPath path : paths()) {
      if (index != 0 && path.contains(hop) && path.before(hop).isConnected()) {
        ask(path, hop, index);
      }
    }
  }

  void onExtended(Peer relay, int index, long nowNanos) {
    for (CircuitPath path : paths()) {
      Peer hop = path.onAnswered(relay, index, true);
      if (hop != null && !hop.hasEpoch(index) && isPreferred(path, hop)) {
        outlet.initiate(hop, index, path.wayTo(hop), nowNanos);
      }
    }
  }

  /** The exit's handshake goes by the path in use, as long as that one works. */
  private boolean isPreferred(CircuitPath path, Peer hop) {
    return path == active || active == null || !active.contains(hop) || !active.isOpen();
  }

  void onExtendRefused(Peer relay, int index, ExtendRefusal reason, long nowNanos) {
    counters.count("extend_was_refused_" + reason.name());
    witness.onRefused(relay, reason, planner, nowNanos);
    for (CircuitPath path : paths()) {
      Peer hop = path.onAnswered(relay, index, false);
      if (hop != null && reason != ExtendRefusal.INDEX_IN_USE) {
        avoided.add(relay.id, nowNanos);
        path.fail(relay.name + " does not lead to " + hop.name + ": " + reason.meaning());
      }
    }
  }

  /** A hop will not have us: it has restarted, perhaps, and does not know its neighbour yet. */
  void onRefused(Peer hop, String why, long nowNanos) {
    for (CircuitPath path : paths()) {
      if (path.contains(hop)) {
        avoided.add(path.hops().size() == 1 ? hop.id : path.before(hop).id, nowNanos);
        path.fail(hop.name + " refused: " + why);
      }
    }
  }

  /** A node says that it stops: what goes by it moves before anything is lost. */
  void onLeave(Peer gone, long nowNanos) {
    avoided.add(gone.id, nowNanos);
    witness.onLeave(gone, paths(), planner, nowNanos);
    if (spare != null && spare.relays().contains(gone)) {
      end.now(spare, nowNanos);
      spare = null;
    }
    if (active != null && active.relays().contains(gone)) {
      leaveActive(gone.name + " leaves", 0, true, nowNanos);
    }
    if (gone == exit) {
      abandonExit(gone.name + " leaves", nowNanos);
    }
  }

  void onEcho(Session session, byte[] echo, long nowNanos) {
    long roundTrip = probes.roundTripNanos(echo, nowNanos);
    if (exit != null && session == exit.session && roundTrip >= 0) {
      watch.onRoundTrip(roundTrip);
    }
  }

  private long look(Peer exitHop, long nowNanos) {
    SessionTimers.Activity activity = exitHop.session.activity();
    boolean silent = activity.isUnanswered();
    long since = activity.unansweredSinceNanos();
    if (silentSinceNanos != 0 && exitHop.session.lastReceivedNanos() - silentSinceNanos > 0) {
      silentSinceNanos = 0;
      witness.onHeard(planner, nowNanos);
    }
    boolean usable = active != null && active.isOpen();
    if (!usable && spare != null && spare.isOpen()) {
      leaveActive("a hop lost its keys", silent ? nowNanos - since : 0, false, nowNanos);
      return WATCH_NANOS;
    }
    switch (watch.look(silent, since, exitHop.session.sentBytes(), nowNanos)) {
      case PROBE -> outlet.probe(exitHop.session, probes.next(nowNanos));
      case DEAD -> onDead(exitHop, since, nowNanos);
      case FINE -> {}
    }
    boolean busy = nowNanos - activity.packetSentNanos() < BUSY_NANOS;
    return silent || busy ? WATCH_NANOS : ControlLoop.TICK_NANOS;
  }

  /**
   * The exit is silent on the path in use. One path that falls silent is a relay's death; a second
   * one, while its relays answer, is the exit's.
   */
  private void onDead(Peer exitHop, long since, long nowNanos) {
    boolean first = silentSinceNanos == 0;
    boolean relaysAnswer =
        !first
            && active != null
            && (active.relays().isEmpty()
                || active.relays().getLast().session.lastReceivedNanos() - silentSinceNanos > 0);
    if (relaysAnswer && planner != null && !planner.isPinned()) {
      abandonExit(exitHop.name + " is silent", nowNanos);
      return;
    }
    silentSinceNanos = first ? nowNanos : silentSinceNanos;
    leaveActive("silence", nowNanos - since, false, nowNanos);
    if (active != null) {
      active.relays().forEach(relay -> outlet.ping(relay, nowNanos));
    }
  }

  /** Another exit, with another lease: connections by this one are lost. */
  private void abandonExit(String why, long nowNanos) {
    Peer lost = exit;
    if (lost == null) {
      return;
    }
    avoided.clear(); // the relays of its paths were not to blame
    avoided.add(lost.id, nowNanos);
    trouble = why;
    counters.count("exits_lost");
    LOG.info("exit {}: {}", lost.name, why);
    end(nowNanos);
  }

  /** Moves the exit's session to the spare; without one the path is built anew. */
  private void leaveActive(String why, long silentNanos, boolean announced, long nowNanos) {
    CircuitPath old = active;
    CircuitPath next = spare;
    if (old == null) {
      return;
    }
    if (!announced) {
      old.relays().forEach(relay -> avoided.add(relay.id, nowNanos));
    }
    builtNanos = nowNanos - BUILD_AGAIN_NANOS;
    if (next == null || !next.isOpen()) {
      old.fail(why);
      return;
    }
    active = next;
    spare = null;
    take(next, next.wayTo(next.exit()), nowNanos);
    end.soon(old, nowNanos);
    switches.add(old, next, why, silentNanos, announced);
    witness.onSwitch(old, silentNanos, nowNanos);
  }

  private List<CircuitPath> paths() {
    List<CircuitPath> paths = new ArrayList<>(2);
    Optional.ofNullable(active).ifPresent(paths::add);
    Optional.ofNullable(spare).ifPresent(paths::add);
    return paths;
  }
}
