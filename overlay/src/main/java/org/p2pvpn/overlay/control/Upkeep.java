package org.p2pvpn.overlay.control;

import java.util.Iterator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.EpochLimits;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.SessionTimers;
import org.p2pvpn.overlay.wire.ControlMessage;

/**
 * Keeps the session with a peer alive: new keys before the old ones end, an echo before a NAT
 * forgets us, a keepalive when we owe one; and ends what is past its life. Reads no clock. Lives on
 * the control thread.
 */
final class Upkeep {
  /** The wire's idea of an empty plaintext. */
  private static final byte[] KEEPALIVE = {};

  /**
   * Ours: one in use, one that late packets still come by, and what two rekeys leave behind. An
   * answer that takes longer than the first retries makes the other side ask again; each of its
   * initiations is an epoch here, of which it takes up one, and the others stay until they expire.
   */
  static final int EPOCHS_MAX = 8;

  private final EpochTable epochs;
  private final RandomGenerator random;
  private final Outlet outlet;
  private final RetiredEpochs retired = new RetiredEpochs();

  /** How what is due gets out. */
  interface Outlet {
    /** Seals and sends; an empty plaintext is a keepalive. */
    void send(Session session, byte[] plaintext);

    /** Sends one initiation. */
    void initiate(Peer peer, long nowNanos);

    /** Gives up every initiation that was not answered. */
    void forgetInitiations(Peer peer);

    /** Nobody believes in an answer any more, though we go on asking; once a row of initiations. */
    void onUnanswered(Peer peer, long nowNanos);
  }

  Upkeep(EpochTable epochs, RandomGenerator random, Outlet outlet) {
    this.epochs = epochs;
    this.random = random;
    this.outlet = outlet;
  }

  /** Does what is due for this peer, which is asked for an echo for this reason. */
  void tick(Peer peer, Echo.Reason reason, long nowNanos) {
    expireEpochs(peer, nowNanos);
    HandshakeRetry retry = peer.retry;
    if (retry != null) {
      if (retry.isFailure(nowNanos)) {
        outlet.onUnanswered(peer, nowNanos);
      }
      if (!peer.wanted && retry.isHopeless(nowNanos)) {
        giveUp(peer);
      } else if (retry.isDue(nowNanos)) {
        peer.retry = retry.afterSending(nowNanos, random);
        outlet.initiate(peer, nowNanos);
      }
      return;
    }
    Epoch sending = peer.session.sending();
    switch (SessionTimers.need(peer.session.activity(), sending, nowNanos)) {
      case HANDSHAKE -> {
        // The end of a circuit cannot be called: whoever is at the other end calls again.
        if (peer.origin != Peer.Origin.CIRCUIT && peer.origin != Peer.Origin.GUEST) {
          shakeHands(peer, nowNanos);
        }
      }
      case KEEPALIVE -> outlet.send(peer.session, KEEPALIVE);
      case NOTHING -> {
        if (sending == null && peer.wanted) {
          shakeHands(peer, nowNanos);
        }
      }
    }
    if (sending != null && peer.echo.isDue(reason, nowNanos)) {
      ping(peer, nowNanos);
    }
  }

  /** Once a tick, after all peers: the keys of epochs that ended a while ago are erased. */
  void eraseRetired(long nowNanos) {
    retired.tick(epochs, nowNanos);
  }

  /** Begins a handshake and sees to its retries. */
  void shakeHands(Peer peer, long nowNanos) {
    peer.retry = HandshakeRetry.first(nowNanos, random);
    outlet.initiate(peer, nowNanos);
  }

  /** Somebody waits for it: begins a handshake unless one is well under way. */
  void call(Peer peer, long nowNanos) {
    if (peer.retry == null || peer.retry.isResting(nowNanos)) {
      shakeHands(peer, nowNanos);
    }
  }

  /** As if an initiation had just been sent: the next ones follow until one is answered. */
  void expectHandshake(Peer peer, long nowNanos) {
    peer.retry = HandshakeRetry.first(nowNanos, random);
  }

  /** Sends an echo request and returns its id. */
  long ping(Peer peer, long nowNanos) {
    long id = peer.echo.next(nowNanos, random);
    outlet.send(peer.session, new ControlMessage.Ping(id).write());
    return id;
  }

  /** Takes the epoch in; when there are too many, the oldest goes that is not in use. */
  @SuppressWarnings("ReferenceEquality") // epochs are who they are
  void add(Peer peer, Epoch epoch, long nowNanos) {
    peer.epochs.add(epoch);
    while (peer.epochs.size() > EPOCHS_MAX) {
      int oldest = peer.epochs.getFirst() == peer.session.sending() ? 1 : 0;
      retire(peer.epochs.remove(oldest), nowNanos);
    }
  }

  /** From now on this epoch seals: the handshake is over. */
  void sendWith(Peer peer, Epoch epoch, long nowNanos) {
    peer.session.sendWith(epoch);
    peer.retry = null;
    peer.session.onReceived(0, nowNanos);
    if (epoch.isInitiator()) {
      peer.echo.onInitiatedEpoch();
    }
  }

  /** The other side is about to stop: nothing new goes out, what is on its way still comes in. */
  void endEpochsSoon(Peer peer, long nowNanos) {
    peer.session.sendWith(null);
    for (Epoch epoch : peer.epochs) {
      retired.addLeaving(epoch, nowNanos);
    }
    peer.epochs.clear();
  }

  /** The other side no longer has these keys. */
  void endEpochs(Peer peer, long nowNanos) {
    peer.epochs.forEach(epoch -> retire(epoch, nowNanos));
    peer.epochs.clear();
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
    Session session = epoch.session();
    if (session.sending() == epoch) {
      session.sendWith(null);
    }
    epochs.remove(epoch);
    retired.add(epoch, nowNanos);
  }

  private void giveUp(Peer peer) {
    peer.retry = null;
    byte @Nullable [] packet = peer.session.takeWaiting();
    while (packet != null) {
      // Whoever sent it has long sent it again, or given up too.
      packet = peer.session.takeWaiting();
    }
    outlet.forgetInitiations(peer);
  }
}
