package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * Carol's way to her exit has a link of 1400 bytes in its midst, whose routers drop every fragment
 * once hands are shaken.
 *
 * <pre>
 *   carol ---- mallory ==1400== router ---- exit
 *                                  +------- site
 * </pre>
 */
@DisplayName("a link of 1400 bytes on the way to the exit, and fragments dropped")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NarrowPathIT {
  private static final int LINK_BYTES = 1400;
  private static final int MEGABYTES = 4;

  // Of the topology's networks. Each direction has another host at its end: whose kernel has learnt
  // of the link says so in the first segment of a connection, and the other has nothing to learn.
  private static final int EXIT = 2;
  private static final int SITE = 3;
  private static final int BOB = 4;

  private static final Duration SEARCH = Duration.ofSeconds(10);

  private final Topology net = Topology.open();
  private final Namespace carol = net.addBehind(net.mallory(), "carol", "203.0.6", "2a01:6");
  private final Services site = new Services(net.site());
  private String hash = "";
  private int innerBytes;
  private int port = 5201;
  private @Nullable Daemon exitDaemon;

  @BeforeAll
  void connect() {
    Shell.needs("curl");
    net.mallory().sh("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
    net.mallory().ip("link set eth0 mtu " + LINK_BYTES);
    net.router().ip("link set mallory mtu " + LINK_BYTES);
    net.router().ip("route add 203.0.6.0/24 via 203.0.5.2");
    net.router().ip("-6 route add 2a01:6::/64 via 2a01:5::2");
    hash = site.web(80).bigFile("big", MEGABYTES);
    Daemon exit = net.startExit();
    String invite = Topology.invite(exit);
    Daemon client = new Daemon(carol, "up", "--exit", "exit", invite, "--name", "carol").awaitUp();
    exitDaemon = exit;
    download(Family.IPV4);
    long began = System.nanoTime();
    Shell.waitFor(
        "both know the path MTU",
        SEARCH,
        () -> pathMtu(client, "exit") == LINK_BYTES && pathMtu(exit, "carol") == LINK_BYTES,
        () -> client.status() + "\n" + exit.status());
    System.out.printf("NarrowPathIT: search %d ms%n", (System.nanoTime() - began) / 1_000_000);
    net.site().ip("route flush cache"); // should it have learnt of it already
    int below = peer(client, "exit").path("endpoint").asString().startsWith("[") ? 40 : 20;
    innerBytes = LINK_BYTES - below - 8 - 33;
    for (Namespace router : new Namespace[] {net.mallory(), net.router()}) {
      router.sh(
          """
          nft 'table inet cut {
            counter fragments { }
            chain seen {
              type filter hook prerouting priority -450;
              ip frag-off & 0x3fff != 0 counter name fragments drop
              exthdr frag exists counter name fragments drop
            }
          }'
          """);
    }
  }

  @AfterAll
  void close() {
    net.close();
  }

  private Daemon exit() {
    return Objects.requireNonNull(exitDaemon);
  }

  private static JsonNode peer(Daemon daemon, String name) {
    for (JsonNode peer : daemon.status().path("peers")) {
      if (peer.path("name").asString().equals(name)) {
        return peer;
      }
    }
    return daemon.status().path("no such peer");
  }

  private static int pathMtu(Daemon daemon, String name) {
    return peer(daemon, name).path("pathMtuBytes").asInt();
  }

  private static String address(Family family, int net, int host) {
    return family.isIpv6() ? "2a01:" + net + "::" + host : "203.0." + net + "." + host;
  }

  private String download(Family family) {
    String url = "http://" + family.inUrl(address(family, SITE, 2)) + "/big";
    return carol.sh("curl -sS -g -m 10 " + url + " | sha256sum").strip();
  }

  private void noFragmentWasSeen() {
    for (Namespace router : new Namespace[] {net.mallory(), net.router()}) {
      assertThat(router.sh("nft list counter inet cut fragments"))
          .as("fragments at " + router.label())
          .contains("packets 0 ");
    }
  }

  @ParameterizedTest
  @EnumSource
  void downloadsSinceTheSiteLearnsOfItThroughTheExit(Family family) {
    long told = exit().counter("drop_too_big");
    assertThat(download(family)).startsWith(hash);
    assertThat(exit().counter("drop_too_big")).isGreaterThan(told);
    assertThat(net.site().sh("ip route get " + address(family, EXIT, 2)))
        .contains("mtu " + innerBytes);
    noFragmentWasSeen();
  }

  @ParameterizedTest
  @EnumSource
  void uploadsSinceHerOwnKernelLearnsOfIt(Family family) {
    new Services(net.bob()).iperfOnce(++port);
    String bob = address(family, BOB, 2);
    assertThat(carol.sh("timeout 10 iperf3 -n 4M -p " + port + " -c " + bob)).contains("receiver");
    assertThat(carol.sh("ip route get " + bob)).contains("mtu " + innerBytes);
    noFragmentWasSeen();
  }

  @ParameterizedTest
  @EnumSource
  void aPingThatMayNotBeCutIsToldTheSize(Family family) {
    String to = address(family, SITE, 1);
    String told = carol.trySh("ping -c 2 -i 0.2 -W 1 -M do -s 1350 " + to).text();
    assertThat(told).containsPattern("mtu ?[=:] ?" + innerBytes);
    int headers = family.isIpv6() ? 48 : 28;
    String fits = "-c 3 -i 0.1 -W 1 -M do -s " + (innerBytes - headers) + " " + to;
    assertThat(Pings.from(carol, fits).received()).isEqualTo(3);
    noFragmentWasSeen();
  }

  @Test
  void peopleSeeIt() {
    assertThat(Daemon.cli(carol, "peers").text()).contains("MTU").contains("" + LINK_BYTES);
  }
}
