package org.p2pvpn.overlay.control;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.p2pvpn.overlay.identity.NodeId;

/** Any peers that we know, drawn evenly; those to avoid only when there are no others. */
final class RandomRelays implements Circuits.Chooser {
  private final PeerBook peers;
  private final Random random;

  RandomRelays(PeerBook peers, Random random) {
    this.peers = peers;
    this.random = random;
  }

  @Override
  public List<Peer> choose(Peer exit, int relays, List<NodeId> never, List<NodeId> avoid) {
    List<Peer> liked = new ArrayList<>();
    List<Peer> others = new ArrayList<>();
    for (Peer peer : peers.all()) {
      if (peer != exit && !never.contains(peer.id)) {
        (avoid.contains(peer.id) ? others : liked).add(peer);
      }
    }
    Collections.shuffle(liked, random);
    Collections.shuffle(others, random);
    liked.addAll(others);
    return liked.size() < relays ? List.of() : liked.subList(0, relays);
  }
}
