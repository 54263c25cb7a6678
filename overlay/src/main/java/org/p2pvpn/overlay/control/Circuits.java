package org.p2pvpn.overlay.control;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Session;
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

  /** Ours: two handshakes of a hop with their first retries, over a slow link. */
  static final long BUILD_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(6);

  /** A relay that failed us is not asked again for so long. */
  static final long AVOID_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final long BUILD_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long ATTACH_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  /** While there is traffic a dead path is looked for that often; see {@link PathWatch}. */
  private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** Ours: longer than anything stays on its way. */
  private static final long LEAVE_OPEN_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Ours: a pause of a second in the traffic, and the looks become rare. */
  private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final PeerBook peers;
  private final ControlCounters counters;
  private final SecureRandom random;
  private final Outlet outlet;
  private final PathWatch watch = new PathWatch();
  private final Map<NodeId, Long> avoided = new HashMap<>();
  private final SwitchLog switches;
  private final ArrayDeque<Leaving> leaving = new ArrayDeque<>();
  private final Probes probes;

  private @Nullable Wish wish;
  private @Nullable Peer exit;
  private @Nullable CircuitPath active;
  private @Nullable CircuitPath spare;
  private long builtNanos;
  private String trouble = "";

  /** What the paths need of the rest of the control plane. */
  interface Outlet {
    void send(Peer peer, ControlMessage message);

    void probe(Session session, byte[] frame);

    /** Begins a handshake unless one is under way. */
    void call(Peer peer, long nowNanos);

    /** One initiation through other sessions; {@code index} is our receiver index. */
    void initiate(Peer hop, int index, Way way, long nowNanos);

    /** A receiver index that is free, or 0. */
    int newIndex(Peer hop);

    /** Ends the keys of a hop and forgets it. */
    void forget(Peer hop, long nowNanos);
  }

  /** Who may be on a path: the choice is made elsewhere. */
  interface Chooser {
    /**
     * The relays of a path, guard first.
     *
     * @param never those of the other path: the two have nothing in common
     * @param avoid those that failed lately, if there are others
     * @return nobody when no path satisfies the constraints
     */
    List<Peer> choose(Peer exit, int relays, List<NodeId> never, List<NodeId> avoid);
  }

  /** What is wanted: this exit, behind so many relays, by that choice. */
  private record Wish(Peer exitNode, int hops, Chooser chooser) {}

  private record Leaving(CircuitPath path, long sinceNanos) {}

  Circuits(PeerBook peers, ControlCounters counters, SecureRandom random, Outlet outlet) {
    this.peers = peers;
    this.counters = counters;
    this.switches = new SwitchLog(counters);
    this.random = random;
    this.probes = new Probes(random);
    this.outlet = outlet;
  }

  /** From now on the exit is reached through {@code hops - 1} relays; returns it as a hop. */
  Peer use(Peer exitNode, int hops, Chooser chooser, long nowNanos) {
    end(nowNanos);
    wish = new Wish(exitNode, hops, chooser);
    exit = fresh(exitNode, nowNanos);
    exit.name = exitNode.name;
    exit.namedByOperator = true;
    builtNanos = nowNanos - BUILD_AGAIN_NANOS;
    return exit;
  }

  /** Every path ends, and so does the session with the exit that they led to. */
  void end(long nowNanos) {
    List<CircuitPath> old = paths();
    leaving.forEach(left -> old.add(left.path()));
    active = null;
    spare = null;
    leaving.clear();
    old.forEach(path -> drop(path, nowNanos));
    if (exit != null) {
      outlet.forget(exit, nowNanos);
    }
    exit = null;
    wish = null;
  }

  /** The path in use first. */
  List<CircuitReport> reports() {
    return paths().stream().map(path -> CircuitReport.of(path, path == active)).toList();
  }

  List<PathSwitch> switches() {
    return switches.latest();
  }

  /** Why there is no path, or empty. */
  String trouble() {
    return active != null && active.isOpen() ? "" : trouble;
  }

  long roundTripNanos() {
    return watch.roundTripNanos();
  }

  /** A hop sees a key that no other hop and no other circuit sees. */
  private Peer fresh(Peer node, long nowNanos) {
    byte[] seed = new byte[Identity.SEED_BYTES];
    random.nextBytes(seed);
    Identity ours = Identity.ofSeed(seed);
    Arrays.fill(seed, (byte) 0);
    Peer hop =
        peers.addPassing(node.id, node.signingKey, node.staticKey, Peer.Origin.HOP, ours, nowNanos);
    hop.name = node.name;
    return hop;
  }

  /** Returns when the next look is wanted, in nanoseconds from now. */
  long onTick(long nowNanos) {
    if (wish == null || exit == null) {
      return Long.MAX_VALUE;
    }
    dropLeft(nowNanos);
    build(nowNanos);
    active = advance(active, nowNanos);
    spare = advance(spare, nowNanos);
    if (active == null && spare != null) {
      active = spare;
      spare = null;
    }
    return active == null ? ControlLoop.TICK_NANOS : look(exit, nowNanos);
  }

  private void build(long nowNanos) {
    boolean wanted = active == null || (spare == null && active.isOpen());
    if (!wanted || nowNanos - builtNanos < BUILD_AGAIN_NANOS || wish == null || exit == null) {
      return;
    }
    builtNanos = nowNanos;
    avoided.values().removeIf(until -> nowNanos - until >= 0);
    List<NodeId> never =
        active == null ? List.of() : active.relays().stream().map(relay -> relay.id).toList();
    List<Peer> relays =
        wish.chooser()
            .choose(wish.exitNode(), wish.hops() - 1, never, new ArrayList<>(avoided.keySet()));
    if (relays.isEmpty()) {
      trouble = "no " + (wish.hops() - 1) + " relays to reach the exit by";
      return;
    }
    List<Peer> hops = new ArrayList<>();
    hops.add(relays.getFirst());
    relays.stream().skip(1).forEach(relay -> hops.add(fresh(relay, nowNanos)));
    hops.add(exit);
    relays.getFirst().wanted = true;
    CircuitPath path = new CircuitPath(hops, nowNanos);
    if (active == null) {
      active = path;
    } else {
      spare = path;
    }
  }

  /** Takes the next step of a path; null when it came to its end. */
  private @Nullable CircuitPath advance(@Nullable CircuitPath path, long nowNanos) {
    if (path == null) {
      return null;
    }
    Peer missing = path.firstUnconnected();
    if (missing != null) {
      if (missing.retry == null) {
        outlet.call(missing, nowNanos);
      }
      if (nowNanos - path.openNanos() >= BUILD_WITHIN_NANOS) {
        avoided.put(missing.id, nowNanos + AVOID_NANOS);
        path.fail(missing.name + " does not answer");
      }
    } else if (path.isAttached()) {
      path.onOpen(nowNanos);
    } else if (path.shouldAttach(nowNanos, ATTACH_AGAIN_NANOS)) {
      Epoch epoch = path.exit().session.sending();
      if (epoch != null) {
        ask(path, path.exit(), epoch.localIndex());
      }
    } else if (nowNanos - path.openNanos() >= BUILD_WITHIN_NANOS) {
      Peer last = path.before(path.exit());
      avoided.put(last.id, nowNanos + AVOID_NANOS);
      path.fail(last.name + " does not take the exit's answers");
    }
    if (path.trouble() != null) {
      trouble = path.trouble();
      LOG.info("path by {}: given up: {}", path.hops().getFirst().name, path.trouble());
      drop(path, nowNanos);
      path.exit().retry = null; // by the next path it is called at once
      return null;
    }
    return path;
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
    for (CircuitPath path : paths()) {
      Peer hop = path.onAnswered(relay, index, false);
      if (hop != null && reason != ExtendRefusal.INDEX_IN_USE) {
        avoided.put(relay.id, nowNanos + AVOID_NANOS);
        path.fail(relay.name + " does not lead to " + hop.name + ": " + reason.meaning());
      }
    }
  }

  /** A node says that it stops: what goes by it moves before anything is lost. */
  void onLeave(Peer gone, long nowNanos) {
    avoided.put(gone.id, nowNanos + AVOID_NANOS);
    if (spare != null && spare.relays().contains(gone)) {
      drop(spare, nowNanos);
      spare = null;
    }
    if (active != null && active.relays().contains(gone)) {
      leaveActive(gone.name + " leaves", 0, true, nowNanos);
    }
  }

  void onEcho(Session session, byte[] echo, long nowNanos) {
    long roundTrip = probes.roundTripNanos(echo, nowNanos);
    if (exit != null && session == exit.session && roundTrip >= 0) {
      watch.onRoundTrip(roundTrip);
    }
  }

  private long look(Peer exitHop, long nowNanos) {
    var activity = exitHop.session.activity();
    boolean silent = activity.isUnanswered();
    long since = activity.unansweredSinceNanos();
    CircuitPath used = active;
    boolean usable = used != null && used.isOpen();
    if (!usable && spare != null && spare.isOpen()) {
      leaveActive("a hop lost its keys", silent ? nowNanos - since : 0, false, nowNanos);
      return WATCH_NANOS;
    }
    if (used != null && usable && !used.wayTo(exitHop).equals(exitHop.session.way())) {
      exitHop.session.way(used.wayTo(exitHop)); // a handshake by the path that we left ended late
    }
    switch (watch.look(silent, since, exitHop.session.sentBytes(), nowNanos)) {
      case PROBE -> outlet.probe(exitHop.session, probes.next(nowNanos));
      case DEAD -> leaveActive("silence", nowNanos - since, false, nowNanos);
      case FINE -> {}
    }
    return silent || nowNanos - activity.packetSentNanos() < BUSY_NANOS
        ? WATCH_NANOS
        : ControlLoop.TICK_NANOS;
  }

  /** Moves the exit's session to the spare, when there is one that stands. */
  private void leaveActive(String why, long silentNanos, boolean announced, long nowNanos) {
    CircuitPath old = active;
    CircuitPath next = spare;
    if (old == null) {
      return;
    }
    if (next == null || !next.isOpen()) {
      if (!announced) {
        old.fail(why);
      }
      return;
    }
    next.exit().session.way(next.wayTo(next.exit()));
    next.exit().session.onMoved();
    watch.onSwitch(nowNanos);
    active = next;
    spare = null;
    // At once, so that the exit follows even when we only listen.
    outlet.probe(next.exit().session, probes.next(nowNanos));
    switches.add(old, next, why, silentNanos, announced);
    if (!announced) {
      old.relays().forEach(relay -> avoided.put(relay.id, nowNanos + AVOID_NANOS));
    }
    leaving.addLast(new Leaving(old, nowNanos));
  }

  /** What is still on its way back by a path that we left has this long to arrive. */
  private void dropLeft(long nowNanos) {
    for (Leaving left = leaving.peekFirst();
        left != null && nowNanos - left.sinceNanos() >= LEAVE_OPEN_NANOS;
        left = leaving.peekFirst()) {
      leaving.removeFirst();
      drop(left.path(), nowNanos);
    }
  }

  /** Ends a path: its relays are told, its own hops are forgotten, the exit stays. */
  private void drop(CircuitPath path, long nowNanos) {
    List<Peer> hops = path.hops();
    for (int at = hops.size() - 1; at >= 1; at--) {
      Peer before = hops.get(at - 1);
      if (before.isConnected() && !isShared(path, before, hops.get(at))) {
        for (Epoch epoch : hops.get(at).epochs) {
          outlet.send(before, new ControlMessage.Retract(epoch.localIndex()));
        }
      }
    }
    for (Peer hop : path.relays()) {
      if (hop.origin == Peer.Origin.HOP) {
        outlet.forget(hop, nowNanos);
      }
    }
  }

  /** Whether another path of ours goes on from this relay to that hop, by the same circuits. */
  private boolean isShared(CircuitPath path, Peer before, Peer hop) {
    return paths().stream()
        .anyMatch(other -> other != path && other.contains(hop) && other.before(hop) == before);
  }

  private List<CircuitPath> paths() {
    List<CircuitPath> paths = new ArrayList<>(2);
    if (active != null) {
      paths.add(active);
    }
    if (spare != null) {
      paths.add(spare);
    }
    return paths;
  }
}
