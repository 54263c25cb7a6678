package org.p2pvpn.overlay.node;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.control.ControlPlane;
import org.p2pvpn.overlay.identity.NodeAddress;

/**
 * The peers to start with, looked up before the kill switch closes: afterwards a name could not be
 * resolved without leaking it.
 */
record Peers(List<Found> found) {

  private record Found(
      NodeAddress address,
      @Nullable String operatorName,
      String origin,
      List<InetSocketAddress> endpoints,
      boolean wanted) {}

  static Peers lookUp(NodeConfig config, ControlPlane control) {
    List<Found> found = new ArrayList<>();
    for (NodeConfig.Peer peer : config.peers()) {
      NodeAddress address = NodeAddress.parse(peer.address());
      String origin = address.token() == null ? "config" : "invite";
      boolean wanted = !isExitBehindRelays(config, peer, address);
      found.add(new Found(address, peer.name(), origin, Endpoints.lookUp(address), wanted));
    }
    for (NodeAddress address : control.known()) {
      found.add(new Found(address, null, "joined", Endpoints.lookUp(address), false));
    }
    return new Peers(found);
  }

  /** Such an exit must not see our address, so nobody calls it straight. */
  private static boolean isExitBehindRelays(
      NodeConfig config, NodeConfig.Peer peer, NodeAddress address) {
    String exit = config.exit();
    if (exit == null || config.exitHops() == 1) {
      return false;
    }
    String name = peer.name() == null ? address.name() : peer.name();
    return exit.equalsIgnoreCase(name)
        || address.nodeId().toString().startsWith(exit.toLowerCase(Locale.ROOT));
  }

  void addTo(ControlPlane control) {
    for (Found peer : found) {
      control.addPeer(
          peer.address(), peer.operatorName(), peer.origin(), peer.endpoints(), peer.wanted());
    }
  }
}
