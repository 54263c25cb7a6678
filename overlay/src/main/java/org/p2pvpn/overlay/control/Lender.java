package org.p2pvpn.overlay.control;

import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.wire.ControlMessage;

/** This node as an exit: what it answers those who ask for a lease. Lives on the control thread. */
final class Lender {
  private final PeerBook peers;
  private @Nullable LeaseDesk desk;
  private boolean announced;

  Lender(PeerBook peers) {
    this.peers = peers;
  }

  /** This node will be an exit as soon as its host is ready. */
  void announce() {
    announced = true;
  }

  /** From now on clients get leases. */
  void open(LeaseDesk newDesk) {
    desk = newDesk;
  }

  boolean isExit() {
    return announced || desk != null;
  }

  int clients() {
    return desk == null ? 0 : desk.clients();
  }

  /**
   * The answer, which also gives the peer its lease.
   *
   * @return null for none yet: the host's rules come first, and the client asks again soon
   */
  @Nullable ControlMessage answer(Peer peer, int salt, long nowNanos) {
    if (desk == null) {
      return announced ? null : new ControlMessage.LeaseRefusal("it is no exit");
    }
    ControlMessage.LeaseGrant grant = desk.lend(peer.id.toBytes(), salt, nowNanos);
    if (grant == null) {
      return new ControlMessage.LeaseRefusal("it has no address left to lend");
    }
    Peer twin = peers.twin(peer);
    if (twin != null) {
      twin.lease = AddressGuard.Pair.NONE; // one address leads one way
    }
    peer.lease = new AddressGuard.Pair(grant.ipv4(), grant.ipv6High(), grant.ipv6Low());
    return grant;
  }

  /** The peer is gone. What a node holds as another entry of the book, it keeps. */
  void release(Peer peer) {
    if (desk != null && !peer.lease.equals(AddressGuard.Pair.NONE)) {
      desk.release(peer.id.toBytes());
    }
    peer.lease = AddressGuard.Pair.NONE;
  }
}
