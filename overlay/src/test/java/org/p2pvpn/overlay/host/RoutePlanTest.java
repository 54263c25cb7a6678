package org.p2pvpn.overlay.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RoutePlanTest {
  private static final CgroupRoot CGROUPS = new CgroupRoot(Path.of("/sys/fs/cgroup/unified"));
  private static final TrafficRule PREFIX = new TrafficRule("203.0.113.0/24", -1, "", -1, 1);
  private static final TrafficRule LONGER = new TrafficRule("203.0.113.8/29", -1, "", -1, 2);
  private static final TrafficRule USER = new TrafficRule("", 1000, "", -1, 2);
  private static final TrafficRule CGROUP = new TrafficRule("", -1, "/a.slice/b", -1, 1);
  private static final TrafficRule ALL = new TrafficRule("2001:db8::/32", 7, "", 9, 1);
  private static final HostPlan.Lease LEASE = new HostPlan.Lease("248.0.0.2", "fd71::2");

  private static RoutePlan plan(TrafficRule... rules) {
    return new RoutePlan("p2p0", 28790, List.of(rules), List.of(), CGROUPS);
  }

  private static List<String> routes(RoutePlan plan, Map<Integer, HostPlan.Lease> leases) {
    return plan.routes(leases).stream().flatMap(change -> change.commands().stream()).toList();
  }

  @Test
  void whoGoesBeforeWhereAndThenTheLongerPrefix() {
    assertThat(TrafficRule.ordered(List.of(PREFIX, LONGER, USER, ALL)))
        .containsExactly(ALL, USER, LONGER, PREFIX);
    TrafficRule second = new TrafficRule("198.51.100.0/24", -1, "", -1, 2);
    assertThat(TrafficRule.ordered(List.of(second, PREFIX))).containsExactly(second, PREFIX);
  }

  @Test
  void aRuleLeadsToItsTableAndThatToNothingUntilThereIsALease() {
    assertThat(routes(plan(PREFIX), Map.of()))
        .contains(
            "ip route add unreachable 0.0.0.0/0 table 28791 metric 65535 proto 112",
            "ip route add unreachable ::/0 table 28791 metric 65535 proto 112",
            "ip rule add to 203.0.113.0/24 table 28791 priority 28525 protocol 112")
        .noneMatch(command -> command.contains("dev p2p0"));
    assertThat(routes(plan(PREFIX), Map.of(1, LEASE)))
        .contains(
            "ip addr add 248.0.0.2/32 dev p2p0",
            "ip route add 0.0.0.0/0 dev p2p0 table 28791 src 248.0.0.2 proto 112",
            "ip rule add from 248.0.0.2 table 28791 priority 28523 protocol 112",
            "ip -6 rule add from fd71::2 table 28791 priority 28523 protocol 112");
  }

  @Test
  void ourOwnDatagramsAndOtherNodesGoPastTheRules() {
    assertThat(routes(plan(USER), Map.of()))
        .contains(
            "ip rule add fwmark 0x70327076 goto 28791 priority 28521 protocol 112",
            "ip -6 rule add fwmark 0x70327076 goto 28791 priority 28521 protocol 112",
            "ip rule add nop priority 28791 protocol 112",
            "ip rule add to 240.0.0.0/5 table main priority 28522 protocol 112",
            "ip -6 rule add to fd70::/16 table main priority 28522 protocol 112");
  }

  @Test
  void aUsersLocalNetworksStayAndAllKeysOfARuleMustMatch() {
    assertThat(routes(plan(USER, ALL), Map.of()))
        .contains(
            "ip -6 rule add to 2001:db8::/32 fwmark 0x9 uidrange 7-7 table 28791 priority 28525 protocol 112",
            "ip rule add uidrange 1000-1000 table main suppress_prefixlength 0 priority 28526 protocol 112",
            "ip rule add uidrange 1000-1000 table 28792 priority 28527 protocol 112")
        .noneMatch(command -> command.startsWith("ip rule") && command.contains("uidrange 7-7"));
    assertThat(plan(ALL).guard(Map.of()).body())
        .contains("meta skuid 7 meta mark 0x9 ip6 daddr 2001:db8::/32 goto exit_1");
  }

  @Test
  void withoutALeaseTheTableLetsNothingOfARulePass() {
    String closed = plan(PREFIX).guard(Map.of()).body();
    assertThat(closed)
        .contains("ip daddr 203.0.113.0/24 goto exit_1", "ip daddr 203.0.113.0/24 counter drop")
        .doesNotContain("saddr 248", "snat");
    String verdict = closed.substring(closed.indexOf("chain exit_1"), closed.indexOf("}"));
    assertThat(verdict).contains("reject", "counter drop").doesNotContain("accept");
  }

  @Test
  void onlyTheLeaseOfItsExitPassesForARule() {
    String open =
        plan(PREFIX).guard(Map.of(1, LEASE, 2, new HostPlan.Lease("248.0.9.9", ""))).body();
    String verdict = open.substring(open.indexOf("chain exit_1"), open.indexOf("}"));
    assertThat(verdict)
        .contains(
            "oifname \"p2p0\" ip saddr 248.0.0.2 accept",
            "oifname \"p2p0\" ip6 saddr fd71::2 accept")
        .doesNotContain("248.0.9.9");
    assertThat(open).contains("ip saddr 248.0.9.9 goto exit_2");
  }

  @Test
  void aCgroupIsMarkedAndGivenTheLeaseOfItsExit() {
    String open = plan(PREFIX, CGROUP).guard(Map.of(1, LEASE)).body();
    assertThat(open)
        .contains(
            "type route hook output priority -150",
            "socket cgroupv2 level 2 \"unified/a.slice/b\" meta mark set 0x70327100 ct mark set 0x70327100 return",
            "meta nfproto ipv4 meta mark 0x70327100 snat ip to 248.0.0.2",
            "oifname \"p2p0\" meta mark 0x70327100 ip saddr != { 248.0.0.2 } counter drop",
            "oifname != { \"lo\", \"p2p0\" } meta mark 0x70327100 counter drop",
            "goto marked_1");
    assertThat(routes(plan(PREFIX, CGROUP), Map.of()))
        .contains("ip rule add fwmark 0x70327100 table 28791 priority 28525 protocol 112");
    assertThat(plan(PREFIX).guard(Map.of(1, LEASE)).body()).doesNotContain("hook prerouting");
  }

  @Test
  void theLanStaysForAUserButNotItsResolver() {
    String body =
        new RoutePlan("p2p0", 28790, List.of(USER, PREFIX), List.of("192.168.1.0/24"), CGROUPS)
            .guard(Map.of())
            .body();
    assertThat(body)
        .containsSubsequence(
            "meta skuid 1000 ip daddr { 192.168.1.0/24 } meta l4proto { tcp, udp } th dport { 53, 853 } goto exit_2",
            "meta skuid 1000 ip daddr { 192.168.1.0/24 } accept",
            "meta skuid 1000 goto exit_2")
        .doesNotContain("203.0.113.0/24 ip daddr");
  }

  @Test
  void findsWhereCgroupsAreMounted() {
    assertThat(CgroupRoot.find("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n").match("/a.slice"))
        .isEqualTo("socket cgroupv2 level 1 \"a.slice\"");
    String hybrid =
        "tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n";
    assertThat(CgroupRoot.find(hybrid).folder()).isEqualTo(CGROUPS.folder());
    assertThat(CgroupRoot.find("").folder()).isEqualTo(Path.of("/sys/fs/cgroup"));
  }
}
