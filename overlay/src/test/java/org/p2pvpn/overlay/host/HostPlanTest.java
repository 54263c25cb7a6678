package org.p2pvpn.overlay.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostPlanTest {
  private static final HostPlan.Tunnel TUNNEL =
      new HostPlan.Tunnel("p2pvpn0", 1420, 500, "240.1.2.3", "fd70::123");

  @Test
  void aTunnelHasItsAddressModeBeforeItIsUp() {
    assertThat(shown(HostPlan.tunnel(TUNNEL)))
        .containsExactly(
            "ip link set dev p2pvpn0 addrgenmode none mtu 1420 txqueuelen 500 down",
            "ip link set dev p2pvpn0 addrgenmode none mtu 1420 txqueuelen 500 up",
            "ip addr add 240.1.2.3/32 dev p2pvpn0",
            "ip addr add fd70::123/128 dev p2pvpn0 nodad",
            "ip route add 240.0.0.0/5 dev p2pvpn0 src 240.1.2.3 proto 112",
            "ip route add fd70::/16 dev p2pvpn0 src fd70::123 proto 112");
  }

  @Test
  void wholeHostWithoutIpv6AtTheExitMakesIpv6Unreachable() {
    HostChange.Resolver resolver =
        new HostChange.Resolver(
            "p2pvpn0", List.of("248.0.0.1"), Path.of("/etc/resolv.conf"), false);
    assertThat(shown(HostPlan.wholeHost("p2pvpn0", new HostPlan.Lease("248.0.0.2", ""), resolver)))
        .startsWith(
            "ip addr add 248.0.0.2/32 dev p2pvpn0",
            "ip route add 0.0.0.0/0 dev p2pvpn0 table 28790 src 248.0.0.2 proto 112",
            "ip route add unreachable 0.0.0.0/0 table 28790 metric 65535 proto 112",
            "ip route add unreachable ::/0 table 28790 metric 65535 proto 112",
            "ip rule add table main suppress_prefixlength 0 priority 28789 protocol 112",
            "ip rule add not fwmark 0x70327076 table 28790 priority 28790 protocol 112",
            "ip -6 rule add table main suppress_prefixlength 0 priority 28789 protocol 112",
            "ip -6 rule add not fwmark 0x70327076 table 28790 priority 28790 protocol 112",
            "sysctl -w net.ipv4.conf.all.src_valid_mark=1");
  }

  @Test
  void theKillSwitchIsOneTransaction() {
    String script =
        ((HostChange.NftTable) HostPlan.killSwitch("p2pvpn0", 7, List.of(), false).getFirst())
            .script();
    assertThat(script)
        .startsWith("add table inet p2pvpn\ndelete table inet p2pvpn\ntable inet p2pvpn {\n")
        .contains("type filter hook output priority 0; policy drop;")
        .contains("oifname { \"lo\", \"p2pvpn0\" } accept")
        .contains("meta mark 0x70327076 udp sport 7 counter accept");
  }

  @Test
  void undoNamesTheSameThing() {
    assertThat(HostPlan.tunnel(TUNNEL).getLast().undoCommands())
        .containsExactly("ip route del fd70::/16 dev p2pvpn0 src fd70::123 proto 112 metric 1024");
  }

  private static List<String> shown(List<HostChange> plan) {
    return plan.stream().flatMap(change -> change.commands().stream()).toList();
  }
}
