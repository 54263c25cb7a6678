package org.p2pvpn.overlay.exit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExitPolicyTest {
  @Test
  void theOperatorsAndTheExitsOwnPrefixesAreDeniedToo() {
    String body = policy(List.of("8.8.8.8", "2a00::1/32"), List.of(6667), "9.9.9.9").nftBody();
    assertThat(body)
        .contains("224.0.0.0/3, 198.51.7.0/24, 8.8.8.8 }", "ff00::/8, 2a00::/32 }")
        .contains("th dport { 25, 135, 136, 137, 138, 139, 445, 6667 }")
        .contains(
            "ip daddr 248.0.0.1 meta l4proto { tcp, udp } th dport 53 counter dnat ip to 9.9.9.9");
  }

  @Test
  void withoutAResolverNothingIsPassedOn() {
    assertThat(policy(List.of(), List.of(), "").nftBody()).doesNotContain("dnat", "th dport 53");
  }

  @Test
  void aWrongPrefixOrPortIsNamed() {
    assertThatThrownBy(() -> policy(List.of("10.0.0.0/33"), List.of(), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"10.0.0.0/33\": expected a prefix");
    assertThatThrownBy(() -> policy(List.of("x; drop"), List.of(), ""))
        .hasMessageContaining("\"x; drop\"");
    assertThatThrownBy(() -> policy(List.of(), List.of(0), ""))
        .hasMessageContaining("denied port 0");
  }

  private static ExitPolicy policy(List<String> denied, List<Integer> ports, String resolver) {
    return new ExitPolicy(
        "p2pvpn0",
        "fd71:1::/64",
        "fd71:1::1",
        List.of("198.51.7.0/24"),
        List.of(),
        denied,
        ports,
        resolver,
        "");
  }
}
