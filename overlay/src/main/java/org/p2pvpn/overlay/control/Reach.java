package org.p2pvpn.overlay.control;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.ExtendRefusal;
import org.p2pvpn.overlay.wire.ReachMessage;
import org.p2pvpn.overlay.wire.ReachMessage.Introduce;
import org.p2pvpn.overlay.wire.ReachMessage.Introduced;
import org.p2pvpn.overlay.wire.ReachMessage.Meet;
import org.p2pvpn.overlay.wire.ReachMessage.Met;
import org.p2pvpn.overlay.wire.ReachMessage.NotIntroduced;
import org.p2pvpn.overlay.wire.ReachMessage.Observed;
import org.p2pvpn.overlay.wire.ReachMessage.Reason;

/**
 * Everything about reaching peers through NATs: we tell peers where we see them and hear where they
 * see us ({@link OwnAddresses}); we bring others together ({@link Introducer}); and whom we cannot
 * call we look for with others' help ({@link Detours}, {@link Puncher}); and how much fits through
 * the way to a peer ({@link PathMtus}). Lives on the control thread.
 *
 * <p>Whom we hide from (an exit behind relays, and the relays behind the guard) is neither looked
 * for nor met like that: it would learn our address.
 */
final class Reach {
  /** Ours: no two nodes are farther from the one between. */
  private static final long WAIT_MICROS_MAX = TimeUnit.SECONDS.toMicros(4);

  /** Ours: two round trips to the one between; then the asker hears no. */
  private static final long STRANGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Ours: two round trips to the other end of the world; a gap of two seconds is allowed. */
  private static final long MOVED_NANOS = TimeUnit.MILLISECONDS.toNanos(600);

  /** Ours: as long as the calls of one attempt. */
  private static final long CROSSING_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Ours: past it strangers hear no at once. */
  private static final int STRANGERS_MAX = 32;

  private final PeerBook peers;
  private final Outlet outlet;
  private final OwnAddresses own = new OwnAddresses();
  private final Introducer introducer;
  private final Puncher puncher;
  private final Detours detours;
  private final PathMtus mtus;
  private final List<Stranger> strangers = new ArrayList<>();

  /** Who has not been heard since we moved, and when that was. */
  private final Map<Peer, Long> moved = new HashMap<>();

  private volatile List<InetSocketAddress> observed = List.of();
  private boolean forgottenByIpv4 = true;
  private boolean forgottenByIpv6 = true;

  /** One who wants to meet us, and whom the common peer has been asked about. */
  private record Stranger(Peer common, Meet meet, long sinceNanos) {}

  /** What this needs of the rest of the control plane. */
  interface Outlet extends Introducer.Outlet, Puncher.Outlet, PathMtus.Outlet {
    /** A receiver index that is free, or 0. */
    int newIndex(Peer peer);

    /** One initiation through other sessions; {@code index} is our receiver index. */
    void initiate(Peer peer, int index, Way way, long nowNanos);

    /** Sends an echo request. */
    long ping(Peer peer, long nowNanos);

    /** Begins a handshake unless one is under way. */
    void call(Peer peer, long nowNanos);

    /** Gives up every initiation that was not answered. */
    void forgetInitiations(Peer peer);

    /** Asks a peer for another's advert, so that we know who it is. */
    void askAbout(NodeId node, Peer whom);

    /** Whether this peer must not learn from us where we are. */
    boolean isHidden(Peer peer);
  }

  Reach(
      PeerBook peers,
      RandomGenerator random,
      ControlCounters counters,
      Outlet outlet,
      long nowNanos) {
    this.peers = peers;
    this.outlet = outlet;
    introducer = new Introducer(peers, random, counters, outlet);
    puncher = new Puncher(own, counters, outlet, nowNanos);
    detours = new Detours(peers, puncher, this::places, random, counters, outlet);
    mtus = new PathMtus(peers, random, outlet);
  }

  PathMtus mtus() {
    return mtus;
  }

  OwnAddresses own() {
    return own;
  }

  Detours detours() {
    return detours;
  }

  /** This host's own addresses, with our port. */
  void onLocal(List<InetSocketAddress> addresses) {
    own.local(addresses);
    onSeen();
  }

  /**
   * We are somewhere else, or our packets leave by another link, or nothing of that is so and only
   * a route changed: peers hear of us at once and follow, and those that do not answer are looked
   * for. Who sees us elsewhere says so; who does not says nothing, and its word still holds as long
   * as our own addresses do.
   */
  void onMoved(List<InetSocketAddress> addresses, long nowNanos) {
    if (own.local(addresses)) {
      own.forgetAll();
    }
    onSeen();
    mtus.onMoved();
    for (Peer peer : peers.all()) {
      if (peer.isConnected()) {
        peer.toldEndpoint = null;
        outlet.ping(peer, nowNanos);
        moved.put(peer, nowNanos);
      }
    }
  }

  /** Whoever has not answered at our new place by now cannot hear us there: it is called anew. */
  private void onSilentSinceMove(long nowNanos) {
    for (Iterator<Map.Entry<Peer, Long>> i = moved.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<Peer, Long> entry = i.next();
      Peer peer = entry.getKey();
      boolean heard = peer.session.lastReceivedNanos() - entry.getValue() > 0;
      boolean over = nowNanos - entry.getValue() >= MOVED_NANOS;
      if (heard || over || !peer.isConnected()) {
        i.remove();
      }
      if (!heard && over && peer.isConnected()) {
        outlet.call(peer, nowNanos);
      }
    }
  }

  private void onSeen() {
    observed = List.copyOf(own.observed());
    forgottenByIpv4 = own.kind(false).forgets();
    forgottenByIpv6 = own.kind(true).forgets();
  }

  /** Whether something on the way to this peer forgets us when we are silent. */
  boolean isForgotten(Peer peer) {
    InetSocketAddress there = peer.session.endpoint();
    boolean ipv6 = there != null && there.getAddress() instanceof Inet6Address;
    return ipv6 ? forgottenByIpv6 : forgottenByIpv4;
  }

  /** Where others see us, for our advert. Any thread. */
  List<InetSocketAddress> observed() {
    return observed;
  }

  /**
   * An initiation is due. Returns whether it goes by a relay, so that it must not go straight, too.
   */
  boolean initiate(Peer peer, long nowNanos) {
    return !peer.origin.isPassing() && !outlet.isHidden(peer) && detours.initiate(peer, nowNanos);
  }

  /** Where we may be called, beside where the one between sees us. */
  private List<InetSocketAddress> places() {
    List<InetSocketAddress> places = new ArrayList<>(own.observed());
    own.local().stream().filter(place -> !places.contains(place)).forEach(places::add);
    return places.subList(0, Math.min(ReachMessage.ENDPOINTS_MAX - 1, places.size()));
  }

  /** What a peer says about reaching others, or us. */
  void onMessage(Peer from, ReachMessage said, long nowNanos) {
    if (from.origin.isPassing()) {
      return; // to them we are nobody, and nobody has an address
    }
    switch (said) {
      case Observed(InetSocketAddress you) -> onObserved(from, you);
      case Introduce asked -> introducer.onIntroduce(from, asked, nowNanos);
      case Met met -> introducer.onMet(from, met);
      case Meet meet -> onMeet(from, meet, nowNanos);
      case Introduced introduced -> detours.onIntroduced(from, introduced, nowNanos);
      case NotIntroduced not -> {
        if (!introducer.onDeclined(from, not)) {
          detours.onNotIntroduced(from, not);
        }
      }
    }
  }

  private void onObserved(Peer from, InetSocketAddress you) {
    InetSocketAddress there = from.session.endpoint();
    if (there != null && from.isStraight()) {
      own.onReport(from.id, there, you);
      onSeen();
    }
  }

  private void onMeet(Peer common, Meet meet, long nowNanos) {
    Peer other = peers.get(meet.with());
    if (other == null && strangers.size() < STRANGERS_MAX) {
      strangers.add(new Stranger(common, meet, nowNanos));
      outlet.askAbout(meet.with(), common);
      return;
    }
    InetSocketAddress there = common.session.endpoint();
    if (other == null || other == common || there == null || outlet.isHidden(other)) {
      say(common, new NotIntroduced(meet.nonce(), Reason.UNWILLING));
      return;
    }
    say(common, new Met(meet.nonce(), places()));
    long wait = Math.min(meet.waitMicros(), WAIT_MICROS_MAX);
    puncher.begin(other, meet.at(), there, nowNanos + TimeUnit.MICROSECONDS.toNanos(wait));
  }

  /** Strangers that we have heard of by now are met; the others are not. */
  private void onStrangers(long nowNanos) {
    for (Iterator<Stranger> i = strangers.iterator(); i.hasNext(); ) {
      Stranger stranger = i.next();
      Meet meet = stranger.meet();
      if (peers.get(meet.with()) != null) {
        i.remove();
        onMeet(stranger.common(), meet, nowNanos);
      } else if (nowNanos - stranger.sinceNanos() >= STRANGER_NANOS) {
        i.remove();
        say(stranger.common(), new NotIntroduced(meet.nonce(), Reason.UNWILLING));
      }
    }
  }

  /** Returns whether the circuit was one of ours. */
  boolean onExtended(Peer relay, int index, long nowNanos) {
    return detours.onExtended(relay, index, nowNanos);
  }

  /** Returns whether the circuit was one of ours. */
  boolean onExtendRefused(Peer relay, int index, ExtendRefusal reason, long nowNanos) {
    return detours.onExtendRefused(relay, index, reason, nowNanos);
  }

  /**
   * This epoch is about to seal. One that the other side began came straight, from its own place or
   * its relay's, and is answered where it came from.
   */
  void beforeSending(Peer peer, Epoch epoch) {
    InetSocketAddress from = epoch.origin();
    if (!epoch.isInitiator() && from != null) {
      peer.session.moveTo(from);
    }
    if (peer.origin.isPassing()) {
      return;
    }
    if (!epoch.isInitiator()) {
      peer.session.way(null);
    }
    peer.toldEndpoint = null; // it may have restarted and forgotten
    peer.lookedAtEndpoint = peer.session.endpoint();
    peer.relayedBy = epoch.isInitiator() ? null : neighbourOf(peer);
  }

  /**
   * Whether the keys that the other side has proved to have may seal. Not when they were retired
   * meanwhile and are about to be erased; nor when they came by a relay while straight ones do:
   * both sides called at one moment, and the answers crossed.
   */
  boolean mayUse(Peer peer, Epoch epoch, long nowNanos) {
    Epoch used = peer.session.sending();
    boolean overtaken =
        used != null
            && peer.isStraight()
            && nowNanos - used.createdNanos() < CROSSING_NANOS
            && peers.straightAt(epoch.origin(), peer) != null;
    return peer.epochs.contains(epoch) && !overtaken;
  }

  /** There are keys, and they are in use. */
  void onSending(Peer peer, long nowNanos) {
    detours.onSending(peer, nowNanos);
  }

  /** It says that it stops, or is forgotten: who was reached by it looks for another way. */
  void onGone(Peer gone, long nowNanos) {
    own.forget(gone.id);
    onSeen();
    detours.onGone(gone, nowNanos);
  }

  /** Returns when the next look is wanted, in nanoseconds from now. */
  long onTick(long nowNanos) {
    return Math.min(puncher.onTick(nowNanos), mtus.waitNanos(nowNanos));
  }

  /** Whether nobody is looked for or called. */
  boolean isSettled() {
    return moved.isEmpty() && strangers.isEmpty() && detours.isIdle() && !peers.areCalled();
  }

  /** At every tick of the control loop. */
  void onSlowTick(long nowNanos) {
    introducer.onTick(nowNanos);
    onStrangers(nowNanos);
    onSilentSinceMove(nowNanos);
    peers.all().forEach(this::lookAt);
    detours.onTick(nowNanos);
    mtus.onTick(nowNanos);
  }

  /** The peer by which a connected one is reached, or null when nobody is between. */
  @Nullable Peer relayOf(Peer peer) {
    Way way = peer.session.way();
    return !peer.isConnected() ? null : way == null ? peer.relayedBy : peers.of(way.last());
  }

  /** Who is seen where a peer of ours lives came through that peer. */
  private @Nullable Peer neighbourOf(Peer peer) {
    return peers.straightAt(peer.session.endpoint(), peer);
  }

  /** It may have moved: then it hears where to, unless that is only its relay's place. */
  @SuppressWarnings("ReferenceEquality") // the same object as long as the peer has not moved
  private void lookAt(Peer peer) {
    InetSocketAddress there = peer.session.endpoint();
    if (there != peer.lookedAtEndpoint) {
      peer.lookedAtEndpoint = there;
      peer.relayedBy = neighbourOf(peer);
    }
    if (there == null || there == peer.toldEndpoint || !peer.isStraight()) {
      return;
    }
    peer.toldEndpoint = there;
    say(peer, new Observed(there));
  }

  private void say(Peer to, ReachMessage message) {
    outlet.send(to, new ControlMessage.Reach(message));
  }
}
