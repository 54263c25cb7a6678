package org.p2pvpn.overlay.discovery.advert;

import java.util.LinkedHashMap;
import java.util.Map;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * How many signatures may be verified, since a verification is the dearest thing a stranger can
 * make us do: 52 us (measurement beside the noise module's SigningKey). One thread.
 *
 * <p>Who floods uses up its own share: each peer has one. What a peer says of itself has a reserve
 * that hearsay cannot touch. A peer whose advert was forged handed it on unverified, or made it:
 * its share is empty for a minute.
 */
public final class VerifyBudget {
  /** The discovery issue's: at most 200 a second, here a hundredth of a core. */
  public static final double NODE_PER_SECOND = 200;

  static final double NODE_BURST = 50;

  /** Ours: a full second's worth of nodes that introduce themselves. */
  static final double RESERVED_FOR_THEMSELVES = 25;

  /** Ours: twenty peers that flood together do not use up the node's. */
  static final double PEER_PER_SECOND = 10;

  static final double PEER_BURST = 32;
  static final double PUNISHMENT_SECONDS = 60;

  /** At the limit the peer that was silent longest is forgotten and begins with a full share. */
  static final int PEERS_MAX = 4_096;

  private final Bucket node;
  private final Map<NodeId, Bucket> peers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Bucket> eldest) {
          return size() > PEERS_MAX;
        }
      };

  public VerifyBudget(long nowNanos) {
    node = new Bucket(NODE_PER_SECOND, NODE_BURST, nowNanos);
  }

  boolean take(NodeId peer, boolean ofItself, long nowNanos) {
    Bucket share = share(peer, nowNanos);
    double kept = ofItself ? 0 : RESERVED_FOR_THEMSELVES;
    return share.tokens(nowNanos) >= 1 && node.takeAbove(kept, nowNanos) && share.take(nowNanos);
  }

  void punish(NodeId peer, long nowNanos) {
    share(peer, nowNanos).punish(PUNISHMENT_SECONDS, nowNanos);
  }

  private Bucket share(NodeId peer, long nowNanos) {
    return peers.computeIfAbsent(peer, _ -> new Bucket(PEER_PER_SECOND, PEER_BURST, nowNanos));
  }
}
