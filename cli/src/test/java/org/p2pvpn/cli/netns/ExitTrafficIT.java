package org.p2pvpn.cli.netns;

import org.junit.jupiter.api.DisplayName;

@DisplayName("alice to the internet, through the exit")
class ExitTrafficIT extends TrafficTests {
  private final Topology net = Topology.open();

  @Override
  Way connect() {
    Daemon exit = net.startExit();
    new Daemon(net.alice(), "up", "--exit", "exit", Topology.invite(exit)).awaitUp();
    return new Way(net.alice(), net.site());
  }

  @Override
  void disconnect() {
    net.close();
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
