package org.p2pvpn.cli.netns;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;

@DisplayName("alice to bob, peer to peer")
class PeerTrafficIT extends TrafficTests {
  private final Topology net = Topology.open();
  private final Map<Family, String> addresses = new EnumMap<>(Family.class);

  @Override
  Way connect() {
    Daemon bob = new Daemon(net.bob(), "up", "--name", "bob").awaitUp();
    for (Family family : Family.values()) {
      addresses.put(family, bob.overlayAddress(family.isIpv6()));
    }
    new Daemon(net.alice(), "up", Topology.invite(bob), "--name", "alice").awaitUp();
    return new Way(net.alice(), net.bob());
  }

  @Override
  void disconnect() {
    net.close();
  }

  @Override
  String address(Family family) {
    return addresses.getOrDefault(family, "");
  }

  @Override
  int hops() {
    return 1;
  }
}
