package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.DiscoveryMessage;

/**
 * How nodes find each other: every part of discovery hears here of peers that come, speak and go.
 * Nothing of it concerns circuits' ends and hops, to whom we are nobody. Lives on the control
 * thread.
 */
final class Network {
  private final Adverts adverts;
  private final Names names;
  private @Nullable Lan lan;
  private @Nullable PeerBook membersJoin;

  /** Names are kept beside {@code advertFile}. */
  Network(Adverts adverts, PeerBook peers, Path advertFile, NodeId own, String ownName) {
    this.adverts = adverts;
    names = new Names(peers, advertFile.resolveSibling("names"), own, ownName);
  }

  Adverts adverts() {
    return adverts;
  }

  Names names() {
    return names;
  }

  /** Null where this node neither sends beacons nor listens to them. */
  @Nullable Lan lan() {
    return lan;
  }

  void lan(Lan newLan) {
    lan = newLan;
  }

  /** Ours is a private network: who makes a mac1 that we look at is a member of it. */
  void letMembersIn(PeerBook peers) {
    membersJoin = peers;
  }

  /**
   * The peer that a stranger becomes because it is a member, or on one of our links; or null.
   * Members' circuits end here, too, and come from the endpoints of peers.
   */
  @Nullable Peer admit(byte[] signingKey, byte[] staticKey, InetSocketAddress from, long nowNanos) {
    NodeId id = NodeId.ofPublicKey(signingKey);
    if (membersJoin != null && !membersJoin.isFull() && !membersJoin.isConnectedEndpoint(from)) {
      return membersJoin.add(id, signingKey, staticKey, Peer.Origin.JOINED, nowNanos);
    }
    return lan == null ? null : lan.admit(id, staticKey, from.getAddress(), nowNanos);
  }

  /** There are keys to talk with: the first ones, or newer ones. */
  void onConnected(Peer peer, Moment now) {
    if (!peer.origin.isPassing()) {
      adverts.onConnected(peer, now);
    }
  }

  /** It said that it stops. */
  void onGone(Peer peer, Moment now) {
    if (!peer.origin.isPassing()) {
      adverts.onGone(peer, now);
    }
  }

  void onMessage(Peer peer, DiscoveryMessage message, Moment now) {
    if (!peer.origin.isPassing()) {
      adverts.onMessage(peer, message, now);
    }
  }

  /** Twenty times a second: what is to be done more rarely looks at the time first. */
  void onTick(Moment now) {
    adverts.onTick(now);
    names.onTick(now.nanos());
    if (lan != null) {
      lan.onTick(now.nanos());
    }
  }

  /** What the next start is to know. */
  void save() {
    adverts.save();
  }

  void addTo(Map<String, Long> sums) {
    adverts.addTo(sums);
    if (lan != null) {
      lan.addTo(sums);
    }
  }
}
