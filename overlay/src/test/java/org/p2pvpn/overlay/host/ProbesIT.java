package org.p2pvpn.overlay.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the probes read from the real kernel; the firewall's JSON too, in whatever version is here.
 */
class ProbesIT {
  @Test
  void theyFindLinksFirewallsAndWhatIsMissing() throws Exception {
    try (Namespaces namespaces = new Namespaces("p", "q")) {
      namespaces.veth("p", "up0", "q", "up0");
      namespaces.in(
          "p",
          "ip link set up0 up; ip addr add 192.168.7.2/24 dev up0; ip addr add 9.9.9.2/24 dev up0;"
              + "ip route add default via 192.168.7.1; ip addr add fd07::2/64 dev up0 nodad;"
              + "nft add table inet mine; nft add chain inet mine in \"{ type filter hook input priority 0; policy drop; }\";"
              + "nft add chain inet mine fw \"{ type filter hook forward priority 0; policy drop; }\";"
              + "nft add rule inet mine fw iifname p2pvpn0 accept");
      Namespaces.Answer answer = namespaces.javaEnd("p", Probe.class);
      assertThat(answer.text().lines())
          .contains(
              "connected [192.168.7.0/24, 9.9.9.0/24, fd07::/64]",
              "lan [192.168.7.0/24, fd07::/64]",
              "resolvers [192.0.2.53]",
              "missing []",
              "obstacles [nft insert rule inet mine in udp dport 7 accept]");
    }
  }

  static final class Probe {
    public static void main(String[] arguments) {
      HostCommands commands = new HostCommands();
      System.out.println("connected " + Uplinks.connectedPrefixes(commands, "p2pvpn0"));
      System.out.println("lan " + Uplinks.lanPrefixes(commands, "p2pvpn0"));
      System.out.println("resolvers " + Uplinks.resolvers(Path.of("/etc/resolv.conf")));
      System.out.println("missing " + Requirements.missing(commands));
      List<FirewallCheck.Obstacle> obstacles = FirewallCheck.check(commands, "p2pvpn0", 7, true);
      System.out.println(
          "obstacles " + obstacles.stream().map(FirewallCheck.Obstacle::next).toList());
    }

    private Probe() {}
  }
}
