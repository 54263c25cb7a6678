package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Introduction;
import org.p2pvpn.overlay.dataplane.DataPlane;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.ledger.Observation;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.EpochLimits;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.SessionTimers;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides: which peers to shake hands with and when, who may join, which epoch seals, who gets a
 * lease, and from all that the route table. Every method runs on the control thread.
 */
final class Controller implements ControlLoop.Duties, Handshakes.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

  /** The wire's idea of an empty plaintext. */
  private static final byte[] KEEPALIVE = {};

  private static final long PING_UNANSWERED_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long PING_EXIT_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Common NATs forget a UDP mapping after 30 s. */
  private static final long PING_PEER_NANOS = TimeUnit.SECONDS.toNanos(25);

  private final String ownName;
  private final DataPlane dataPlane;
  private final RoutePublisher routes;
  private final SuspendWatch suspend = new SuspendWatch();
  private final PeerBook peers;
  private final Invites invites;
  private final ControlPlane.Events events;
  private final RandomGenerator random;
  private final RetiredEpochs retired = new RetiredEpochs();

  private @Nullable Handshakes handshakes;
  private @Nullable LeaseDesk leaseDesk;
  private boolean opensExit;
  private @Nullable ExitLink exit;

  Controller(
      String ownName,
      AddressGuard.Pair own,
      DataPlane dataPlane,
      PeerBook peers,
      Invites invites,
      RandomGenerator random,
      ControlPlane.Events events) {
    this.ownName = ownName;
    this.routes = new RoutePublisher(own, dataPlane);
    this.dataPlane = dataPlane;
    this.peers = peers;
    this.invites = invites;
    this.random = random;
    this.events = events;
  }

  void handshakes(Handshakes newHandshakes) {
    handshakes = newHandshakes;
  }

  /** This node will be an exit as soon as its host is ready. */
  void announceExit() {
    opensExit = true;
  }

  /** From now on clients get leases; null ends it. */
  void leaseDesk(@Nullable LeaseDesk desk) {
    leaseDesk = desk;
  }

  @Nullable LeaseDesk leaseDesk() {
    return leaseDesk;
  }

  @Nullable ExitLink exit() {
    return exit;
  }

  /** All traffic outside the overlay goes to this peer once it has lent us addresses. */
  void useExit(Peer peer, long nowNanos) {
    exit = new ExitLink(peer, nowNanos);
    peer.wanted = true;
    routes.publish(peers.all(), exit);
  }

  /** A peer was added from outside: it gets its route, and its session when it is wanted. */
  void onPeerAdded(Peer peer, long nowNanos) {
    routes.publish(peers.all(), exit);
    if (peers.isWorthACall(peer)) {
      shakeHands(peer, nowNanos);
    }
  }

  @Override
  public void onEvent(ControlEvent event, long nowNanos) {
    switch (event) {
      case ControlEvent.Message(Session session, byte[] bytes) ->
          onMessage(peers.of(session), ControlMessage.read(bytes), nowNanos);
      case ControlEvent.Confirmed(Epoch epoch) -> {
        Peer peer = peers.of(epoch.session());
        // One retired meanwhile must not come back: its keys are about to be erased.
        if (peer.epochs.contains(epoch)) {
          epoch.session().sendWith(epoch);
          onSending(peer, nowNanos);
        }
      }
      case ControlEvent.Waiting(Session session) -> {
        Peer peer = peers.of(session);
        if (peer.retry == null) {
          shakeHands(peer, nowNanos);
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
  public void onTick(long nowNanos) {
    if (suspend.sleptNanos(nowNanos) >= EpochLimits.REKEY_AFTER_NANOS) {
      forgetEpochs(nowNanos);
    }
    for (Peer peer : peers.all()) {
      tick(peer, nowNanos);
    }
    if (exit != null) {
      exit.tick(nowNanos);
      if (exit.shouldAsk(nowNanos)) {
        send(exit.peer, new ControlMessage.LeaseRequest());
      }
    }
    if (handshakes != null) {
      handshakes.onTick();
    }
    retired.tick(nowNanos);
  }

  /** The host slept, and our clock with it: the other side has long thrown these keys away. */
  private void forgetEpochs(long nowNanos) {
    LOG.info("the host was asleep: shaking hands anew");
    suspend.forget();
    for (Peer peer : peers.all()) {
      peer.epochs.forEach(epoch -> retire(epoch, nowNanos));
      peer.epochs.clear();
    }
  }

  private void tick(Peer peer, long nowNanos) {
    expireEpochs(peer, nowNanos);
    HandshakeRetry retry = peer.retry;
    if (retry != null) {
      if (retry.isFailure(nowNanos)) {
        events.onObserved(new Observation.HandshakeFailed(peer.id));
      }
      if (!peer.wanted && retry.isHopeless(nowNanos)) {
        giveUp(peer);
      } else if (retry.isDue(nowNanos)) {
        peer.retry = retry.afterSending(nowNanos, random);
        initiate(peer, nowNanos);
      }
      return;
    }
    Epoch sending = peer.session.sending();
    switch (SessionTimers.need(peer.session.activity(), sending, nowNanos)) {
      case HANDSHAKE -> shakeHands(peer, nowNanos);
      case KEEPALIVE -> dataPlane.sendControl(peer.session, KEEPALIVE);
      case NOTHING -> {
        if (sending == null && peer.wanted) {
          shakeHands(peer, nowNanos);
        }
      }
    }
    pingIfDue(peer, nowNanos);
  }

  private void pingIfDue(Peer peer, long nowNanos) {
    Epoch sending = peer.session.sending();
    // Until something of ours arrives under the new keys the responder may not use them.
    boolean unanswered = sending != null && sending.isInitiator() && peer.pongId != peer.pingId;
    boolean isExit = exit != null && exit.peer == peer;
    long interval = unanswered ? PING_UNANSWERED_NANOS : isExit ? PING_EXIT_NANOS : PING_PEER_NANOS;
    boolean due = nowNanos - peer.pingSentNanos >= interval;
    if (due && (unanswered || (peer.wanted && sending != null))) {
      ping(peer, nowNanos);
    }
  }

  /** Sends an echo request and returns its id. */
  long ping(Peer peer, long nowNanos) {
    peer.pingSentNanos = nowNanos;
    peer.pingId = random.nextLong();
    send(peer, new ControlMessage.Ping(peer.pingId));
    return peer.pingId;
  }

  private void shakeHands(Peer peer, long nowNanos) {
    peer.retry = HandshakeRetry.first(nowNanos, random);
    initiate(peer, nowNanos);
  }

  private void initiate(Peer peer, long nowNanos) {
    if (handshakes != null) {
      handshakes.initiate(peer, nowNanos);
    }
  }

  private void giveUp(Peer peer) {
    peer.retry = null;
    while (peer.session.takeWaiting() != null) {
      // Whoever sent them has long sent them again, or given up too.
    }
    if (handshakes != null) {
      handshakes.forgetAll(peer);
    }
  }

  /** Keys past their life leave the table; a session without keys waits for traffic. */
  private void expireEpochs(Peer peer, long nowNanos) {
    for (Iterator<Epoch> i = peer.epochs.iterator(); i.hasNext(); ) {
      Epoch epoch = i.next();
      if (nowNanos - epoch.createdNanos() >= EpochLimits.REJECT_AFTER_NANOS) {
        i.remove();
        retire(epoch, nowNanos);
      }
    }
  }

  private void retire(Epoch epoch, long nowNanos) {
    if (epoch.session().sending() == epoch) {
      epoch.session().sendWith(null);
    }
    dataPlane.epochs().remove(epoch);
    retired.add(epoch, nowNanos);
  }

  @Override
  public @Nullable Peer admit(Introduction stranger) {
    NodeId id = NodeId.ofPublicKey(stranger.signingKey());
    Peer peer = peers.get(id);
    if (peer != null) {
      return java.util.Arrays.equals(peer.staticKey, stranger.staticKey()) ? peer : null;
    }
    if (peers.isFull() || !invites.redeem(stranger.token(), System.currentTimeMillis())) {
      return null;
    }
    LOG.info("peer {}: joined with an invite", id.shortForm());
    Peer joined =
        peers.add(
            id, stranger.signingKey(), stranger.staticKey(), Peer.Origin.JOINED, System.nanoTime());
    routes.publish(peers.all(), exit);
    return joined;
  }

  @Override
  public void onEpoch(Peer peer, Epoch epoch, InetSocketAddress from) {
    long now = System.nanoTime();
    peer.epochs.add(epoch);
    // One in use, one that late packets still come by, one that waits to be confirmed.
    while (peer.epochs.size() > 3) {
      retire(peer.epochs.removeFirst(), now);
    }
    boolean first = peer.handshakeNanos == 0;
    peer.handshakeNanos = now;
    peer.refusal = null;
    if (peer.session.endpoint() == null || epoch.isInitiator()) {
      peer.session.moveTo(from);
    }
    if (epoch.isInitiator()) {
      long began = peer.retry == null ? now : peer.retry.beganNanos();
      events.onObserved(new Observation.HandshakeMade(peer.id, (now - began) / 1000));
      peer.session.sendWith(epoch);
      onSending(peer, now);
    }
    if (first && peer.origin != Peer.Origin.CONFIG) {
      peers.writeKnown();
    }
  }

  /** The session can send: say who we are, which also proves our keys to the responder. */
  private void onSending(Peer peer, long nowNanos) {
    peer.retry = null;
    peer.session.onReceived(0, nowNanos);
    send(peer, new ControlMessage.Hello(ownName));
    dataPlane.sendWaiting(peer.session);
    if (exit != null && exit.peer == peer) {
      exit.onEpoch();
    }
    ping(peer, nowNanos);
    events.onConnected(peer.id, peer.name);
  }

  @Override
  public void onRefused(Peer peer, String why) {
    if (!why.equals(peer.refusal)) {
      LOG.warn("peer {}: refused us: {}", peer.name, why);
    }
    peer.refusal = why;
    events.onRefused(peer.id, peer.name, why);
  }

  private void onMessage(Peer peer, @Nullable ControlMessage message, long nowNanos) {
    switch (message) {
      case ControlMessage.Ping(long id) -> send(peer, new ControlMessage.Pong(id));
      case ControlMessage.Pong(long id) -> {
        if (id == peer.pingId) {
          peer.rttNanos = nowNanos - peer.pingSentNanos;
          peer.pongId = id;
          events.onObserved(new Observation.RttMeasured(peer.id, peer.rttNanos / 1000));
        }
      }
      case ControlMessage.Hello(String name) -> {
        if (!peer.namedByOperator && org.p2pvpn.overlay.identity.NodeName.isValid(name)) {
          peer.name = name;
        }
      }
      case ControlMessage.LeaseRequest() -> lend(peer, nowNanos);
      case ControlMessage.LeaseGrant grant -> {
        if (exit != null && exit.peer == peer && exit.onGrant(grant)) {
          routes.publish(peers.all(), exit);
          events.onLease(grant);
        }
      }
      case ControlMessage.LeaseRefusal(String reason) -> {
        if (exit != null && exit.peer == peer) {
          exit.onRefusal(reason);
          events.onRefused(peer.id, peer.name, reason);
        }
      }
      case ControlMessage.Leave() -> onLeave(peer, nowNanos);
      case null -> LOG.debug("peer {}: a control message that cannot be read", peer.name);
    }
  }

  private void lend(Peer peer, long nowNanos) {
    if (leaseDesk == null && opensExit) {
      // Not yet: the host's rules come first. The client asks again in half a second.
      return;
    }
    ControlMessage.LeaseGrant grant =
        leaseDesk == null ? null : leaseDesk.lend(peer.id.toBytes(), nowNanos);
    if (grant == null) {
      send(
          peer,
          new ControlMessage.LeaseRefusal(
              leaseDesk == null ? "it is no exit" : "it has no address left to lend"));
      return;
    }
    peer.lease = new AddressGuard.Pair(grant.ipv4(), grant.ipv6High(), grant.ipv6Low());
    routes.publish(peers.all(), exit);
    send(peer, grant);
  }

  /** The other side stops: its keys are worthless, and we need not wait for silence. */
  private void onLeave(Peer peer, long nowNanos) {
    peer.epochs.forEach(epoch -> retire(epoch, nowNanos));
    peer.epochs.clear();
    if (leaseDesk != null) {
      leaseDesk.release(peer.id.toBytes());
      peer.lease = AddressGuard.Pair.NONE;
    }
    if (exit != null && exit.peer == peer) {
      exit.onEpoch();
    }
    routes.publish(peers.all(), exit);
  }

  /** Tells every peer that we stop. */
  void leave() {
    for (Peer peer : peers.all()) {
      if (peer.isConnected()) {
        send(peer, new ControlMessage.Leave());
      }
    }
  }

  void send(Peer peer, ControlMessage message) {
    dataPlane.sendControl(peer.session, message.write());
  }
}
