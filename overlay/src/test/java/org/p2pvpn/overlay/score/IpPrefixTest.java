package org.p2pvpn.overlay.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.score.Destination.Protocol;
import org.p2pvpn.overlay.score.ExitPolicySummary.Rule;

final class IpPrefixTest {
  @Test
  void readsAndWritesBothFamilies() {
    assertThat(IpPrefix.parse("203.0.113.9/24")).hasToString("203.0.113.0/24");
    assertThat(IpPrefix.parse("2001:db8:1:2:3::/72")).hasToString("2001:db8:1:2:0:0:0:0/72");
    assertThat(IpPrefix.parse("198.51.100.7")).hasToString("198.51.100.7/32");
  }

  @Test
  void neighbourhoodsAreTheSixteenAndTheThirtyTwo() {
    assertThat(IpPrefix.neighbourhood(InetAddress.ofLiteral("203.0.113.9")))
        .hasToString("203.0.0.0/16");
    assertThat(IpPrefix.neighbourhood(InetAddress.ofLiteral("2001:db8:7::1")))
        .hasToString("2001:db8:0:0:0:0:0:0/32");
  }

  @Test
  void containsWhatIsInIt() {
    IpPrefix block = IpPrefix.parse("2001:db8::/65");
    assertThat(block.contains(IpPrefix.parse("2001:db8::1"))).isTrue();
    assertThat(block.contains(IpPrefix.parse("2001:db8::8000:0:0:1"))).isFalse();
    assertThat(IpPrefix.parse("0.0.0.0/0").contains(IpPrefix.parse("8.8.8.8"))).isTrue();
    assertThat(IpPrefix.parse("0.0.0.0/0").contains(IpPrefix.parse("::1"))).isFalse();
    assertThat(IpPrefix.parse("10.0.0.0/8").contains(IpPrefix.parse("0.0.0.0/0"))).isFalse();
  }

  @Test
  void nonsenseIsNamed() {
    for (String text : List.of("", "10.0.0.0/33", "10.0.0.0/x", "name/8", "1.2.3.4/-1")) {
      assertThatThrownBy(() -> IpPrefix.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected a prefix like 203.0.113.0/24");
    }
  }

  @Test
  void theFirstRuleThatCoversDecides() {
    ExitPolicySummary policy =
        new ExitPolicySummary(
            true,
            true,
            List.of(
                new Rule(true, IpPrefix.parse("203.0.113.0/24"), Protocol.TCP, 25, 25),
                new Rule(false, IpPrefix.parse("0.0.0.0/0"), Protocol.ANY, 25, 25),
                new Rule(false, IpPrefix.parse("10.0.0.0/8"), Protocol.ANY, 1, 65_535)));
    assertThat(policy.permits(to("203.0.113.7", 25))).isTrue();
    assertThat(policy.permits(to("198.51.100.1", 25))).isFalse();
    assertThat(policy.permits(to("198.51.100.1", 443))).isTrue();
    assertThat(policy.permits(to("10.1.2.3", 0))).isFalse();
    assertThat(policy.permits(Destination.ANYWHERE)).isTrue();
  }

  private static Destination to(String address, int port) {
    return Destination.to(IpPrefix.parse(address), Protocol.TCP, port);
  }
}
