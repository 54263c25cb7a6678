package org.p2pvpn.overlay.control;

import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What peers say inside their sessions, and whom it concerns. Lives on the control thread. */
final class Conversation {
  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  private final Controller controller;

  Conversation(Controller controller) {
    this.controller = controller;
  }

  /** {@code peer} is null when it was forgotten meanwhile, {@code message} when it is none. */
  void onMessage(@Nullable Peer peer, @Nullable ControlMessage message, long nowNanos) {
    if (peer == null) {
      return;
    }
    RelayDesk relayDesk = controller.relayDesk();
    Exits exits = controller.exits();
    switch (message) {
      case ControlMessage.Ping(long id) -> controller.send(peer, new ControlMessage.Pong(id));
      case ControlMessage.Pong(long id) -> onPong(peer, id, nowNanos);
      case ControlMessage.Hello(String name) -> controller.network().names().onHello(peer, name);
      case ControlMessage.LeaseRequest(int salt) -> lend(peer, salt, nowNanos);
      case ControlMessage.LeaseGrant grant -> controller.exits().onGrant(peer, grant, nowNanos);
      case ControlMessage.LeaseRefusal(String reason) -> onLeaseRefusal(peer, reason);
      case ControlMessage.Leave() -> onLeave(peer, nowNanos);
      case ControlMessage.Extend(int index, var next) ->
          relayDesk.onExtend(peer, index, next, nowNanos);
      case ControlMessage.Retract(int index) -> relayDesk.onRetract(peer, index);
      case ControlMessage.Extended(int index) -> {
        if (!controller.reach().onExtended(peer, index, nowNanos)) {
          exits.onExtended(peer, index, nowNanos);
        }
      }
      case ControlMessage.ExtendRefused(int index, var reason) -> {
        if (!controller.reach().onExtendRefused(peer, index, reason, nowNanos)) {
          exits.onExtendRefused(peer, index, reason, nowNanos);
        }
      }
      case ControlMessage.Reach(var said) -> controller.reach().onMessage(peer, said, nowNanos);
      case ControlMessage.Discovery(var said) ->
          controller.network().onMessage(peer, said, Controller.moment(nowNanos));
      case ControlMessage.Kad(var said) ->
          controller.network().onKad(peer, said, Controller.moment(nowNanos));
      case null -> LOG.debug("peer {}: a control message that cannot be read", peer.name);
    }
  }

  private void onPong(Peer peer, long id, long nowNanos) {
    if (!peer.echo.onAnswer(id, nowNanos)) {
      controller.reach().mtus().onPong(peer, id, nowNanos);
    } else if (!peer.origin.isPassing()) {
      controller.roster().onRoundTrip(peer, peer.echo.rttNanos(), Controller.moment(nowNanos));
    }
  }

  private void lend(Peer peer, int salt, long nowNanos) {
    if (peer.origin == Peer.Origin.HOP) {
      return; // it is not to know whether we are an exit; a lease would even name us
    }
    ControlMessage answer = controller.lender().answer(peer, salt, nowNanos);
    if (answer instanceof ControlMessage.LeaseGrant) {
      controller.publish();
    }
    if (answer != null) {
      controller.send(peer, answer);
    }
  }

  private void onLeaseRefusal(Peer peer, String reason) {
    if (controller.exits().onLeaseRefusal(peer, reason)) {
      controller.events().onRefused(peer, reason);
    }
  }

  /**
   * The other side stops: we need not wait for silence. What it still forwards for us arrives: its
   * keys live a moment longer.
   */
  private void onLeave(Peer peer, long nowNanos) {
    controller.exits().onLeave(peer, nowNanos);
    if (peer.origin == Peer.Origin.HOP) {
      return; // the path that we left ends by itself
    }
    controller.upkeep().endEpochsSoon(peer, nowNanos);
    controller.relayDesk().onGone(peer);
    controller.reach().onGone(peer, nowNanos);
    controller.network().onGone(peer, Controller.moment(nowNanos));
    controller.lender().release(peer);
    controller.exits().onEpoch(peer);
    controller.publish();
  }
}
