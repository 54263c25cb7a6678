package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * What people's programs must be able to do, from alice to a target, whatever the way. How much is
 * a property, {@code -Dp2pvpn.it.megabytes}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TrafficTests {
  private static final int PING_SIZE_STEP = Shell.number("pingstep", 97);
  private static final int PING_SIZE_MAX = 3000;

  /** Where alice is and whom she asks. The target's servers are started by the tests. */
  record Way(Namespace alice, Namespace target) {}

  private int port = 5201;
  private @Nullable Way way;

  /** Makes the way; called once. */
  abstract Way connect();

  /** Removes what there is of it. */
  abstract void disconnect();

  /** The size of the file that is fetched. */
  int bigFileMegabytes() {
    return Shell.number("megabytes", 200);
  }

  /** The target's address as alice writes it. */
  abstract String address(Family family);

  /** How many routers traceroute shows on the way, the target included. */
  abstract int hops();

  @BeforeAll
  void open() {
    way = connect();
    new Services(target()).web(80);
  }

  @AfterAll
  void close() {
    disconnect();
  }

  final Namespace alice() {
    return Objects.requireNonNull(way).alice();
  }

  final Namespace target() {
    return Objects.requireNonNull(way).target();
  }

  @ParameterizedTest
  @EnumSource
  void answersPing(Family family) {
    assertThat(alice("ping -c 5 -i 0.2 -W 2 " + address(family))).contains(" 0% packet loss");
  }

  @ParameterizedTest
  @EnumSource
  void losesNothingOfAFloodOfPings(Family family) {
    assertThat(alice("ping -q -f -c 5000 -w 30 " + address(family)))
        .contains("5000 packets transmitted, 5000 received");
  }

  @ParameterizedTest
  @EnumSource
  void answersPingsOfEverySize(Family family) {
    // No router cuts IPv6: the first answer that is too big only teaches its sender the MTU.
    alice("ping -q -c 5 -i 0.2 -W 1 -s 1452 " + address(family));
    String missing =
        alice(
            "for s in $(seq 0 %d %d) 1371 1372 1373 1452 1453 1472 1473 %d; do ping -q -c 1 -W 2 -s $s %s >/dev/null || echo $s; done"
                .formatted(PING_SIZE_STEP, PING_SIZE_MAX, PING_SIZE_MAX, address(family)));
    assertThat(missing).as("sizes without an answer").isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void carriesABigFileUnchanged(Family family) {
    Shell.needs("curl", "sha256sum");
    String sha256 = new Services(target()).bigFile("big-" + family, bigFileMegabytes());
    String got =
        alice(
            "curl -sS -m 80 http://%s/big-%s | sha256sum"
                .formatted(family.inUrl(address(family)), family));
    assertThat(got).startsWith(sha256);
  }

  @ParameterizedTest
  @EnumSource
  void carriesSsh(Family family) {
    var key = new Services(target()).ssh();
    String printed =
        alice(
            "ssh -F none -i %s -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=5 root@%s 'seq 20000 | tail -1; ip -br addr show eth0' 2>&1"
                .formatted(key, address(family)));
    assertThat(printed).contains("\n20000\n").contains(target().sh("ip -br addr show eth0"));
  }

  @ParameterizedTest
  @EnumSource
  void resolvesNamesOverUdpAndTcp(Family family) {
    Shell.needs("dig");
    if (!target().listens("udp", 53)) {
      new Services(target()).dns();
    }
    for (String transport : new String[] {"+notcp", "+tcp"}) {
      assertThat(
              alice(
                  "dig +short +time=2 +tries=1 %s @%s www.test A"
                      .formatted(transport, address(family))))
          .isEqualTo(Topology.SITE4 + "\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void showsTheWayToTraceroute(Family family) {
    Shell.needs("traceroute");
    for (String mode : new String[] {"", "-I", "-T -p 80"}) {
      String printed =
          alice(
              "traceroute %s -n -w 2 -q 1 -m 8 %s %s"
                  .formatted(family.flag(), mode, address(family)));
      String last = printed.stripTrailing().lines().reduce("", (_, line) -> line).strip();
      assertThat(last).as("traceroute %s:\n%s", mode, printed).contains(address(family));
      assertThat(last).as(printed).startsWith(hops() + " ");
      assertThat(printed).as("a hop that does not answer").doesNotContain("*");
    }
  }

  @ParameterizedTest
  @EnumSource
  void showsItsMtuToTracepath(Family family) {
    Shell.needs("tracepath");
    String printed = alice("tracepath " + family.flag() + " -n -m 8 " + address(family));
    assertThat(printed).contains("reached").containsPattern("pmtu 1[0-9]{3}");
  }

  @ParameterizedTest
  @EnumSource
  void carriesFiftyStreamsAtOnce(Family family) {
    JsonNode end = iperf("-P 50 -t 2", family);
    assertThat(end.path("end").path("sum_received").path("bytes").asLong()).isGreaterThan(1 << 20);
    assertThat(end.path("end").path("streams").size()).isEqualTo(50);
    for (JsonNode stream : end.path("end").path("streams")) {
      assertThat(stream.path("receiver").path("bytes").asLong()).as("a stream").isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void carriesBothDirectionsAtOnce(Family family) {
    JsonNode end = iperf("--bidir -t 2", family).path("end");
    assertThat(end.path("sum_received").path("bytes").asLong()).isGreaterThan(1 << 20);
    assertThat(end.path("sum_received_bidir_reverse").path("bytes").asLong())
        .isGreaterThan(1 << 20);
  }

  private JsonNode iperf(String how, Family family) {
    port++;
    new Services(target()).iperfOnce(port);
    String printed = alice("iperf3 -J %s -c %s -p %d".formatted(how, address(family), port));
    return new ObjectMapper().readTree(printed);
  }

  final String alice(String text) {
    return alice()
        .run(Map.of(), Duration.ofMinutes(5), "sh", "-c", text)
        .mustSucceed("alice: " + text);
  }
}
