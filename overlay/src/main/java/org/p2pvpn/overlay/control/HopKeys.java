package org.p2pvpn.overlay.control;

import java.security.SecureRandom;
import java.util.Arrays;
import org.p2pvpn.noise.Identity;

/** Makes hops: each sees a key of ours that no other hop and no other circuit sees. */
final class HopKeys {
  private final PeerBook peers;
  private final SecureRandom random;

  HopKeys(PeerBook peers, SecureRandom random) {
    this.peers = peers;
    this.random = random;
  }

  Peer hop(Peer node, long nowNanos) {
    byte[] seed = new byte[Identity.SEED_BYTES];
    random.nextBytes(seed);
    Identity ours = Identity.ofSeed(seed);
    Arrays.fill(seed, (byte) 0);
    Peer hop =
        peers.addPassing(node.id, node.signingKey, node.staticKey, Peer.Origin.HOP, ours, nowNanos);
    hop.name = node.name;
    return hop;
  }
}
