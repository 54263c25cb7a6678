package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Introduction;
import org.p2pvpn.overlay.dataplane.DataPlane;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.EpochLimits;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides: which peers to shake hands with and when, who may join, which epoch seals, who gets a
 * lease, and from all that the route table. Every method runs on the control thread.
 */
final class Controller
    implements ControlLoop.Duties,
        Handshakes.Listener,
        Upkeep.Outlet,
        RelayDesk.Outlet,
        Dht.Outlet,
        Exits.Outlet {
  private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

  private final String ownName;
  private final DataPlane dataPlane;
  private final RoutePublisher routes;
  private final SuspendWatch suspend = SuspendWatch.ofHost();
  private final PeerBook peers;
  private final Admission admission;
  private final ControlEvents events;
  private final Upkeep upkeep;
  private final RelayDesk relayDesk;
  private final Idleness idleness;
  private final Exits exits;
  private final Roster roster;
  private final Network network;
  private final Conversation conversation;
  private final Reach reach;

  private @Nullable Handshakes handshakes;
  private final Lender lender;
  private final Standing standing;
  private long tickedNanos;

  Controller(
      ControlPlane.Settings settings,
      DataPlane dataPlane,
      PeerBook peers,
      Invites invites,
      SecureRandom random,
      ControlCounters counters,
      ControlEvents events) {
    ownName = settings.name();
    NodeId own = NodeId.ofPublicKey(settings.identity().signingKey());
    this.routes = new RoutePublisher(Peer.overlayAddresses(own), dataPlane);
    this.dataPlane = dataPlane;
    this.peers = peers;
    lender = new Lender(peers);
    this.events = events;
    upkeep = new Upkeep(dataPlane.epochs(), random, this);
    relayDesk = new RelayDesk(own, peers, dataPlane.circuits(), dataPlane.epochs(), counters, this);
    Moment now = moment(System.nanoTime());
    network = new Network(settings, peers, random, this);
    admission = new Admission(peers, invites, network::admit);
    Adverts adverts = network.adverts();
    roster = new Roster(peers, adverts, new Experience(events::onObserved), random);
    conversation = new Conversation(this);
    standing = new Standing(() -> adverts.hasSpoken() || network.hasMembers());
    exits = new Exits(peers, counters, random, events, this);
    idleness = new Idleness(peers, network, relayDesk, exits);
    reach = new Reach(peers, random, counters, new ReachLink(this, dataPlane, peers), now.nanos());
  }

  @Nullable Handshakes handshakes() {
    return handshakes;
  }

  void handshakes(Handshakes newHandshakes) {
    handshakes = newHandshakes;
  }

  Lender lender() {
    return lender;
  }

  private boolean serves() {
    return relayDesk.relays() || lender.isExit();
  }

  RelayDesk relayDesk() {
    return relayDesk;
  }

  Exits exits() {
    return exits;
  }

  Reach reach() {
    return reach;
  }

  @Override
  public void onExit(Peer peer, long nowNanos) {
    publish();
  }

  @Override
  public boolean isHidden(NodeId node, boolean saysItIsAnExit) {
    return exits.isHidden(node, id -> saysItIsAnExit || network.isExit(id));
  }

  @Override
  public void onKnown() {
    publish();
  }

  Network network() {
    return network;
  }

  static Moment moment(long nowNanos) {
    return new Moment(TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()), nowNanos);
  }

  Roster roster() {
    return roster;
  }

  Upkeep upkeep() {
    return upkeep;
  }

  ControlEvents events() {
    return events;
  }

  void publish() {
    routes.publish(peers.all(), peers.passing(), exits, standing);
    network.names().onChange();
  }

  /** A peer was added from outside: it gets its route, and its session when it is wanted. */
  void onPeerAdded(Peer peer, long nowNanos) {
    publish();
    if (peers.isWorthACall(peer)) {
      upkeep.shakeHands(peer, nowNanos);
    }
  }

  @Override
  public void onEvent(ControlEvent event, long nowNanos) {
    switch (event) {
      case ControlEvent.Message(Session session, byte[] bytes) ->
          conversation.onMessage(peers.of(session), ControlMessage.read(bytes), nowNanos);
      case ControlEvent.Echoed(Session session, byte[] echo) ->
          exits.onEcho(session, echo, nowNanos);
      case ControlEvent.Confirmed(Epoch epoch) -> {
        Peer peer = peers.of(epoch.session());
        if (peer != null && reach.mayUse(peer, epoch, nowNanos)) {
          onSending(peer, epoch, nowNanos);
        }
      }
      case ControlEvent.Waiting(Session session) -> {
        Peer peer = peers.of(session);
        if (peer != null && peer.origin != Peer.Origin.CIRCUIT) {
          call(peer, nowNanos);
        }
      }
      case ControlEvent.Call(Runnable action) -> action.run();
    }
  }

  @Override
  public void onDatagram(byte[] datagram, InetSocketAddress from, long nowNanos) {
    if (handshakes != null) {
      handshakes.onDatagram(datagram, from, nowNanos);
    }
  }

  @Override
  public long onTick(long nowNanos) {
    if (suspend.sleptNanos(nowNanos) >= EpochLimits.REKEY_AFTER_NANOS) {
      forgetEpochs(nowNanos);
    }
    // An early look is at what cannot wait, and nothing else.
    if (nowNanos - tickedNanos >= ControlLoop.TICK_NANOS * 9 / 10) {
      tickedNanos = nowNanos;
      tickAll(nowNanos);
    }
    return Math.min(exits.watch(nowNanos), Math.min(reach.onTick(nowNanos), patienceNanos()));
  }

  @Override
  public long patienceNanos() {
    return reach.isSettled() ? idleness.patienceNanos() : ControlLoop.AWAITING_TICK_NANOS;
  }

  private void tickAll(long nowNanos) {
    for (Peer peer : peers.all()) {
      upkeep.tick(peer, echoReason(peer), nowNanos);
    }
    for (Peer peer : peers.passing()) {
      tickPassing(peer, nowNanos);
    }
    exits.onTick(nowNanos);
    if (handshakes != null) {
      handshakes.onTick();
    }
    upkeep.eraseRetired(nowNanos);
    relayDesk.onTick(nowNanos);
    network.onTick(moment(nowNanos));
    reach.onSlowTick(nowNanos);
    idleness.look();
  }

  private Echo.Reason echoReason(Peer peer) {
    return Echo.Reason.of(exits.isExit(peer), peer.wanted, reach.isForgotten(peer));
  }

  private void tickPassing(Peer peer, long nowNanos) {
    upkeep.tick(peer, echoReason(peer), nowNanos);
    boolean waits = peer.origin == Peer.Origin.GUEST && network.dht().stays(peer, nowNanos);
    if (peer.origin != Peer.Origin.HOP && !waits && peer.epochs.isEmpty()) {
      forget(peer, nowNanos);
    }
  }

  /** The host slept, and our clock with it: the other side has long thrown these keys away. */
  private void forgetEpochs(long nowNanos) {
    LOG.info("the host was asleep: shaking hands anew");
    suspend.forget();
    peers.all().forEach(peer -> upkeep.endEpochs(peer, nowNanos));
    peers.passing().forEach(peer -> upkeep.endEpochs(peer, nowNanos));
  }

  @Override
  public long ping(Peer peer, long nowNanos) {
    return upkeep.ping(peer, nowNanos);
  }

  @Override
  public void initiate(Peer peer, long nowNanos) {
    standing.prepare(peer, nowNanos);
    if (peer.origin == Peer.Origin.HOP) {
      exits.initiate(peer);
    } else if (!reach.initiate(peer, nowNanos) && handshakes != null) {
      handshakes.initiate(peer, nowNanos);
    }
  }

  @Override
  public void initiate(Peer hop, int index, Way way, long nowNanos) {
    if (handshakes != null) {
      handshakes.initiate(hop, index, way, nowNanos);
    }
  }

  @Override
  public int newIndex(Peer hop) {
    return handshakes == null ? 0 : handshakes.newIndex(hop);
  }

  @Override
  public void call(Peer peer, long nowNanos) {
    upkeep.call(peer, nowNanos);
  }

  @Override
  public void probe(Session session, @Nullable Way way, byte[] frame) {
    dataPlane.sendAside(session, way, frame);
  }

  @Override
  public void forget(Peer peer, long nowNanos) {
    forgetInitiations(peer);
    upkeep.endEpochs(peer, nowNanos);
    relayDesk.onGone(peer);
    lender.release(peer);
    peers.forget(peer);
    publish();
  }

  @Override
  public void forgetInitiations(Peer peer) {
    if (handshakes != null) {
      handshakes.forgetAll(peer);
    }
  }

  @Override
  public void send(Session session, byte[] plaintext) {
    dataPlane.sendControl(session, plaintext);
  }

  @Override
  public void onUnanswered(Peer peer, long nowNanos) {
    if (!peer.origin.isPassing()) {
      roster.onUnanswered(peer.id, moment(nowNanos));
    }
  }

  @Override
  public @Nullable Peer admit(Introduction stranger, InetSocketAddress from) {
    if (isHidden(NodeId.ofPublicKey(stranger.signingKey()), false)) {
      return null; // it knows us by our advert, and may find that nobody is there
    }
    Peer peer = admission.admit(stranger, from, serves(), System.nanoTime());
    boolean comesAsPeer = peer != null && !peer.origin.isPassing() && !peer.knowsUs;
    if (peer != null && (comesAsPeer || peer.handshakeNanos == 0)) {
      peer.knowsUs |= comesAsPeer;
      publish();
    }
    return peer;
  }

  @Override
  public void onEpoch(Peer peer, Epoch epoch, InetSocketAddress from) {
    long now = System.nanoTime();
    upkeep.add(peer, epoch, now);
    boolean first = peer.handshakeNanos == 0;
    peer.handshakeNanos = now;
    peer.refusal = null;
    if (peer.session.endpoint() == null && !epoch.isInitiator()) {
      peer.session.moveTo(from);
    }
    if (epoch.isInitiator()) {
      if (peer.origin == Peer.Origin.ADVERT) {
        publish(); // we came as a guest, or as one no longer
      }
      if (!peer.origin.isPassing()) {
        long began = peer.retry == null ? now : peer.retry.beganNanos();
        roster.onHandshake(peer.id, now - began, moment(now));
      }
      onSending(peer, epoch, now);
    }
    if (first && peer.origin != Peer.Origin.CONFIG && !peer.origin.isPassing()) {
      peers.writeKnown();
    }
  }

  /** The session can send: say who we are, which also proves our keys to the responder. */
  private void onSending(Peer peer, Epoch epoch, long nowNanos) {
    reach.beforeSending(peer, epoch);
    upkeep.sendWith(peer, epoch, nowNanos);
    if (!peer.origin.isPassing()) {
      send(peer, new ControlMessage.Hello(ownName));
    }
    dataPlane.sendWaiting(peer.session);
    exits.onEpoch(peer);
    upkeep.ping(peer, nowNanos);
    reach.onSending(peer, nowNanos);
    network.onConnected(peer, moment(nowNanos));
    if (!peer.origin.isPassing()) {
      exits.onBack(peer);
      events.onConnected(peer);
    }
  }

  @Override
  public void onRefused(Peer peer, String why) {
    if (peer.origin == Peer.Origin.GUEST) {
      return; // no news for the operator
    }
    if (!why.equals(peer.refusal)) {
      LOG.warn("peer {}: refused us: {}", peer.name, why);
    }
    peer.refusal = why;
    if (peer.origin == Peer.Origin.HOP) {
      exits.onRefused(peer, why, System.nanoTime());
    } else {
      events.onRefused(peer, why);
    }
  }

  @Override
  public boolean comesAgain(Peer peer, long nowNanos) {
    return standing.onTurnedAway(peer, nowNanos);
  }

  void leave() {
    Stream.concat(peers.all().stream(), peers.passing().stream())
        .filter(Peer::isConnected)
        .forEach(peer -> send(peer, new ControlMessage.Leave()));
  }

  @Override
  public void send(Peer peer, ControlMessage message) {
    send(peer.session, message.write());
  }
}
