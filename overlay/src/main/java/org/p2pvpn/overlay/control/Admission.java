package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Introduction;
import org.p2pvpn.overlay.identity.NodeId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may shake hands with us: nodes we know, those with an invite, those that the LAN brought if
 * they may, and the ends of circuits that come by way of a peer. Lives on the control thread.
 */
final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  /** Ours: each costs an epoch slot, a session and two ciphers, about 10 KB. */
  static final int CIRCUITS_MAX = 10_000;

  /** Ours: they stay for three minutes at most. */
  static final int GUESTS_MAX = 1_024;

  private final PeerBook peers;
  private final Invites invites;
  private final Neighbours neighbours;

  /** The peer that a caller becomes because of the network or the link it is in, or null. */
  interface Neighbours {
    @Nullable Peer admit(
        byte[] signingKey, byte[] staticKey, InetSocketAddress from, long nowNanos);
  }

  Admission(PeerBook peers, Invites invites, Neighbours neighbours) {
    this.peers = peers;
    this.invites = invites;
    this.neighbours = neighbours;
  }

  /**
   * The peer that this stranger is or becomes, or null when it may not come in.
   *
   * @param carries whether circuits may end or go on here
   */
  @Nullable Peer admit(
      Introduction stranger, InetSocketAddress from, boolean carries, long nowNanos) {
    NodeId id = NodeId.ofPublicKey(stranger.signingKey());
    if (Arrays.equals(stranger.token(), Standing.GUEST_TOKEN)) {
      return admitGuest(id, stranger, nowNanos);
    }
    Peer known = peers.get(id);
    if (known != null) {
      return Arrays.equals(known.staticKey, stranger.staticKey()) ? known : null;
    }
    if (!peers.isFull() && invites.redeem(stranger.token(), System.currentTimeMillis())) {
      LOG.info("peer {}: joined with an invite", id.shortForm());
      return peers.add(
          id, stranger.signingKey(), stranger.staticKey(), Peer.Origin.JOINED, nowNanos);
    }
    Peer neighbour = neighbours.admit(stranger.signingKey(), stranger.staticKey(), from, nowNanos);
    return neighbour == null ? admitCircuit(id, stranger, from, carries, nowNanos) : neighbour;
  }

  /**
   * Anyone may ask who is out there and use what we serve, so many at a time; nothing of it comes
   * near this host, and a peer that comes as a guest keeps the session that it has as a peer.
   */
  private @Nullable Peer admitGuest(NodeId id, Introduction stranger, long nowNanos) {
    Peer known = peers.findGuest(id);
    if (known != null) {
      return Arrays.equals(known.staticKey, stranger.staticKey()) ? known : null;
    }
    return peers.guestCount() < GUESTS_MAX
        ? peers.addPassing(
            id, stranger.signingKey(), stranger.staticKey(), Peer.Origin.GUEST, null, nowNanos)
        : null;
  }

  /**
   * A stranger without an invite may be the end of somebody's circuit. The peer whose address it
   * comes from answers for it, and has limits of its own for whom it lets through.
   */
  private @Nullable Peer admitCircuit(
      NodeId id, Introduction stranger, InetSocketAddress from, boolean carries, long nowNanos) {
    Peer known = peers.findPassing(stranger.staticKey());
    if (known != null) {
      return known;
    }
    boolean mayCome =
        carries && peers.passingCount() < CIRCUITS_MAX && peers.isConnectedEndpoint(from);
    return mayCome
        ? peers.addPassing(
            id, stranger.signingKey(), stranger.staticKey(), Peer.Origin.CIRCUIT, null, nowNanos)
        : null;
  }
}
