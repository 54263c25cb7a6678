package org.p2pvpn.overlay.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The JSON is nft 1.0.6's, shortened to what is read. */
class FirewallCheckTest {
  private static final String DOCKER_FORWARD =
      """
      {"nftables": [{"metainfo": {"json_schema_version": 1}},
        {"table": {"family": "ip", "name": "filter"}},
        {"chain": {"family": "ip", "table": "filter", "name": "FORWARD", "type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}}
      ]}
      """;
  private static final String INPUT =
      """
      {"nftables": [
        {"chain": {"family": "inet", "table": "mine", "name": "in", "type": "filter", "hook": "input", "prio": 0, "policy": "%s"}},
        {"rule": {"family": "inet", "table": "mine", "chain": "in", "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "udp", "field": "dport"}}, "right": %d}}, {"accept": null}]}},
        {"rule": {"family": "inet", "table": "mine", "chain": "in", "expr": [{"counter": {"packets": 0, "bytes": 0}}, {"%s": null}]}}
      ]}
      """;

  @Test
  void dockersForwardPolicyIsNamedWithTheCommandThatOpensIt() {
    assertThat(FirewallCheck.judge(DOCKER_FORWARD, "p2pvpn0", 7, true))
        .singleElement()
        .satisfies(
            obstacle -> {
              assertThat(obstacle.sentence()).startsWith("nft chain ip filter FORWARD: drops");
              assertThat(obstacle.next()).contains("iptables -I FORWARD -i p2pvpn0 -j ACCEPT");
            });
  }

  @Test
  void forwardingIsNobodysBusinessWithoutAnExit() {
    assertThat(FirewallCheck.judge(DOCKER_FORWARD, "p2pvpn0", 7, false)).isEmpty();
  }

  @Test
  void aPolicyOfDropIsFoundUnlessOurPortIsAccepted() {
    assertThat(FirewallCheck.judge(INPUT.formatted("drop", 28790, "accept"), "t", 2879, false))
        .hasSize(1);
    assertThat(FirewallCheck.judge(INPUT.formatted("drop", 2879, "accept"), "t", 2879, false))
        .isEmpty();
  }

  @Test
  void aLastRuleThatDropsAllIsAPolicyToo() {
    assertThat(FirewallCheck.judge(INPUT.formatted("accept", 1, "drop"), "t", 7, false)).hasSize(1);
    assertThat(FirewallCheck.judge(INPUT.formatted("accept", 1, "accept"), "t", 7, false))
        .isEmpty();
  }
}
