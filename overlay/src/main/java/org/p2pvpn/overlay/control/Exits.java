package org.p2pvpn.overlay.control;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseRequest;
import org.p2pvpn.overlay.wire.ExtendRefusal;

/**
 * The exits we use, one for each class of traffic. What a peer says concerns the classes whose exit
 * or relay it is. Lives on the control thread.
 */
final class Exits {
  /** Ours: four indexes for each path under construction of 64 classes; the oldest is forgotten. */
  private static final int ASKED_MAX = 1024;

  /** Ours: how long an exit may be kept for nobody. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final PeerBook peers;
  private final ControlCounters counters;
  private final SecureRandom random;
  private final ControlEvents events;
  private final Outlet outlet;
  private final List<ClassExit> all = new ArrayList<>();
  private long lookedNanos;
  private final Map<Integer, ExitUse> asked =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, ExitUse> eldest) {
          return size() > ASKED_MAX;
        }
      };

  /** What exits need of the rest of the control plane. */
  interface Outlet extends CircuitOutlet {
    /** Routes change. */
    void onKnown();
  }

  Exits(
      PeerBook peers,
      ControlCounters counters,
      SecureRandom random,
      ControlEvents events,
      Outlet outlet) {
    this.peers = peers;
    this.counters = counters;
    this.random = random;
    this.events = events;
    this.outlet = outlet;
  }

  /** What there is, the default first; classes are added at the start and stay. */
  List<ClassExit> all() {
    return all;
  }

  /** Whether rules, and not only one exit, say where traffic goes: then its source decides. */
  boolean areSeveral() {
    return uses().count() > 1 || all.stream().anyMatch(exit -> !exit.traffic().isRest());
  }

  /** Of what no rule covers; null when that stays as it is on this host. */
  @Nullable ClassExit rest() {
    return of(0);
  }

  private @Nullable ClassExit of(int number) {
    return all.stream().filter(exit -> exit.traffic().number() == number).findFirst().orElse(null);
  }

  void use(TrafficClass traffic, Peer peer, long nowNanos) {
    made(traffic).use(traffic, peer, outlet, nowNanos);
  }

  void use(TrafficClass traffic, PathPlanner planner, long nowNanos) {
    made(traffic).use(traffic, planner, nowNanos);
  }

  private ClassExit made(TrafficClass traffic) {
    ClassExit known = of(traffic.number());
    if (known != null) {
      return known;
    }
    ClassExit made = new ClassExit(traffic, this, new SwitchLog(counters));
    all.add(traffic.isRest() ? 0 : all.size(), made);
    return made;
  }

  ExitUse newUse(ClassExit owner, SwitchLog switches) {
    return new ExitUse(owner, outlet, own -> new Circuits(peers, counters, switches, random, own));
  }

  /** The links there are to this peer: several classes may have one exit. */
  private Stream<ExitLink> linksTo(Peer peer) {
    return links().filter(link -> link.peer == peer);
  }

  Stream<ExitLink> links() {
    return uses().map(ExitUse::link).flatMap(Stream::ofNullable);
  }

  private Stream<ExitUse> uses() {
    return all.stream().flatMap(ClassExit::uses);
  }

  private void eachPaths(Consumer<Circuits> action) {
    // Gathered first: what is done may end one of them.
    uses().map(use -> use.circuits).toList().forEach(action);
  }

  /** Whether any class of traffic leaves by an exit, or is to. */
  boolean isUsed() {
    return !all.isEmpty();
  }

  boolean isExit(Peer peer) {
    return linksTo(peer).findAny().isPresent();
  }

  /**
   * Whether this node must not see our address: an exit that traffic reaches by relays, or may
   * reach so one day.
   */
  boolean isHidden(NodeId node, Predicate<NodeId> saysItIsAnExit) {
    for (ClassExit exit : all) {
      PathPlanner planner = exit.planner();
      if (planner == null) {
        continue;
      }
      NodeId pinned = planner.request().exitNode();
      boolean leadsThere = pinned == null ? saysItIsAnExit.test(node) : pinned.equals(node);
      if (leadsThere || exit.uses().anyMatch(use -> use.leadsTo(node))) {
        return true;
      }
    }
    return false;
  }

  /** Names of the classes that leave by this node. */
  List<String> usersOf(NodeId node) {
    return all.stream()
        .filter(exit -> exit.uses().anyMatch(use -> use.leadsTo(node)))
        .map(exit -> exit.traffic().name())
        .toList();
  }

  /** Once a tick, before {@link #watch}. */
  void onTick(long nowNanos) {
    links()
        .forEach(
            link -> {
              link.tick(nowNanos);
              if (link.shouldAsk(nowNanos)) {
                outlet.send(link.peer, new LeaseRequest(link.salt()));
              }
            });
    boolean looks = nowNanos - lookedNanos >= LOOK_NANOS;
    lookedNanos = looks ? nowNanos : lookedNanos;
    for (ClassExit exit : all) {
      if (exit.onTick(nowNanos)) {
        tell(exit);
      }
      if (looks) {
        exit.former().stream()
            .flatMap(use -> use.lease().stream())
            .forEach(lease -> events.onFormer(exit.traffic(), lease));
      }
    }
  }

  /** No program of this host is connected from what a former exit of this class lent. */
  void onUnused(int number, LeaseGrant lease, long nowNanos) {
    ClassExit exit = of(number);
    if (exit != null && exit.onUnused(lease, nowNanos)) {
      tell(exit);
    }
  }

  /** Returns when the next look at the paths is wanted, in nanoseconds from now. */
  long watch(long nowNanos) {
    long next = Long.MAX_VALUE;
    for (ExitUse use : uses().toList()) {
      next = Math.min(next, use.circuits.onTick(nowNanos));
    }
    return next;
  }

  /** New keys with this peer: as an exit it may have restarted and forgotten us. */
  void onEpoch(Peer peer) {
    linksTo(peer).forEach(ExitLink::onEpoch);
  }

  void onGrant(Peer peer, LeaseGrant grant, long nowNanos) {
    for (ClassExit exit : all) {
      for (ExitUse use : exit.uses().toList()) {
        ExitLink link = use.link();
        if (link != null && link.peer == peer && isNew(link, grant)) {
          exit.onLent(use, nowNanos);
          tell(exit);
        }
      }
    }
  }

  /** Packets that follow what is told find a route already. */
  private void tell(ClassExit exit) {
    outlet.onKnown();
    Lent lent = exit.lent();
    if (lent != null) {
      events.onLease(exit.traffic(), lent);
    }
  }

  private boolean isNew(ExitLink link, LeaseGrant grant) {
    ExitLink rival = rival(link.peer, grant);
    if (rival == null) {
      return link.onGrant(grant);
    }
    counters.count("leases_of_one_address");
    // A packet's source is to tell whose it is.
    link.onRival(rival.peer.name, random.nextInt(1, Integer.MAX_VALUE));
    return false;
  }

  /** Another exit that lent us one of these addresses. */
  private @Nullable ExitLink rival(Peer peer, LeaseGrant grant) {
    return links()
        .filter(
            link ->
                link.peer != peer
                    && (link.leasePair().is(grant.ipv4())
                        || link.leasePair().is(grant.ipv6High(), grant.ipv6Low())))
        .findFirst()
        .orElse(null);
  }

  /** Returns whether it concerns an exit of ours. */
  boolean onLeaseRefusal(Peer peer, String reason) {
    linksTo(peer).forEach(link -> link.onRefusal(reason));
    return isExit(peer);
  }

  void onAsked(int index, ExitUse by) {
    asked.put(index, by);
  }

  void onExtended(Peer relay, int index, long nowNanos) {
    ExitUse by = asked.get(index);
    if (by != null) {
      by.circuits.onExtended(relay, index, nowNanos);
    }
  }

  void onExtendRefused(Peer relay, int index, ExtendRefusal reason, long nowNanos) {
    ExitUse by = asked.get(index);
    if (by != null) {
      by.circuits.onExtendRefused(relay, index, reason, nowNanos);
    }
  }

  void onEcho(Session session, byte[] echo, long nowNanos) {
    eachPaths(circuits -> circuits.onEcho(session, echo, nowNanos));
  }

  void initiate(Peer hop) {
    eachPaths(circuits -> circuits.initiate(hop));
  }

  void onRefused(Peer hop, String why, long nowNanos) {
    eachPaths(circuits -> circuits.onRefused(hop, why, nowNanos));
  }

  /** It has shaken hands with us, under its own name. */
  void onBack(Peer peer) {
    eachPaths(circuits -> circuits.onBack(peer.id));
  }

  void onLeave(Peer gone, long nowNanos) {
    eachPaths(circuits -> circuits.onLeave(gone, nowNanos));
  }
}
