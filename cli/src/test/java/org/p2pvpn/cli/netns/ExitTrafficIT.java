package org.p2pvpn.cli.netns;

import org.junit.jupiter.api.DisplayName;

@DisplayName("alice to the internet, through the exit")
class ExitTrafficIT extends TrafficTests {
  @Override
  Namespace connect(Topology net) {
    Daemon exit = net.startExit();
    new Daemon(net.alice(), "up", "--exit", "exit", Topology.invite(exit)).awaitUp();
    return net.site();
  }

  @Override
  String address(Family family) {
    return family.isIpv6() ? Topology.SITE6 : Topology.SITE4;
  }

  /** The exit, the router, the site. */
  @Override
  int hops() {
    return 3;
  }
}
