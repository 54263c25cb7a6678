package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.p2pvpn.cli.underlay.LinkShape;
import org.p2pvpn.cli.underlay.NatKind;

@DisplayName("real daemons on an emulated internet")
class VillageIT {
  private static final int PINGS = Shell.number("pings", 400);
  private static final int NODES = Shell.number("nodes", 6);
  private static final long MILLI = 1_000_000;
  private static final Duration DELAY = Duration.ofMillis(40);
  private static final double LOSS = 0.02;

  /** A ping is lost when either way loses it; four standard deviations of {@link #PINGS}. */
  private static final double PING_LOSS = 1 - (1 - LOSS) * (1 - LOSS);

  private static final double LOSS_WITHIN = 4 * Math.sqrt(PING_LOSS * (1 - PING_LOSS) / PINGS);

  @Test
  void twoAndASiteAreAsFarAndAsLossyAsToldCarryTcpAndLeaveNothing() {
    Shell.needs("iperf3");
    String before = Shell.must("ip -o link");
    Village village = Village.open(1);
    try (village) {
      village.internet().defaultLink(LinkShape.of(DELAY, LOSS));
      Namespace site = village.host("site", 200);
      village.start(NodeSpec.peer("bob", 1), NodeSpec.peer("alice", 2).knowing("bob"));
      Namespace alice = village.host("alice");
      Daemon bob = village.daemon("bob");
      Shell.together(
          List.of(
              () -> mustBeAsTold(alice, "site", village.address("site", Family.IPV4)),
              () -> mustBeAsTold(alice, "site", village.address("site", Family.IPV6)),
              () -> mustBeAsTold(alice, "bob, by the tunnel", bob.overlayAddress(false)),
              () -> mustBeAsTold(alice, "bob, by the tunnel", bob.overlayAddress(true))));
      new Services(site).iperfOnce(5201);
      mustCarryTcp(alice, village.address("site", Family.IPV4));
      new Services(village.host("bob")).iperfOnce(5201);
      mustCarryTcp(alice, bob.overlayAddress(false));
      assertThat(village.internet().counters("alice", "bob").deliveredPackets()).isPositive();
      assertThat(village.daemon("alice").status().path("peers").size()).isEqualTo(1);
    }
    assertThat(Shell.must("ip netns list")).doesNotContain("p2it-" + ProcessHandle.current().pid());
    assertThat(Shell.must("ip -o link")).isEqualTo(before);
    assertThat(Files.exists(village.folder())).isFalse();
    assertThat(village.daemons()).noneMatch(Daemon::isAlive);
  }

  @Test
  void manyNodesInManyPrefixesJoinByOneInviteAndOneOfThemDiesAndComesBack() {
    try (Village village = Village.open(2)) {
      village.internet().defaultLink(LinkShape.PERFECT.delay(Duration.ofMillis(10)));
      List<NodeSpec> nodes = new ArrayList<>(List.of(NodeSpec.exit("first", 0)));
      for (int i = 1; i < NODES; i++) {
        NodeSpec node = NodeSpec.peer("node" + i, i % 20).knowing("first");
        nodes.add(i % 4 == 0 ? node.behind(NatKind.PORT_RESTRICTED) : node);
      }
      long began = System.nanoTime();
      village.start(nodes);
      System.out.printf(
          "VillageIT: %d nodes in %d ms%n", NODES, (System.nanoTime() - began) / MILLI);
      String first = village.daemon("first").overlayAddress(true);
      for (NodeSpec node : nodes) {
        assertThat(Pings.from(village.host(node.name()), "-c 1 -W 2 " + first).received())
            .as(node.name())
            .isEqualTo(1);
      }
      village.daemon("node1").kill();
      village.launch(nodes.get(1)).awaitUp();
      Shell.waitFor(
          "the new node1 talks",
          () -> Pings.from(village.host("node1"), "-c 1 -W 1 " + first).received() == 1);
    }
  }

  @Test
  void aClientBehindANatLeavesByAnExitAndTheSiteSeesTheExitOnly() throws IOException {
    Shell.needs("curl");
    try (Village village = Village.open(3)) {
      village.internet().defaultLink(LinkShape.PERFECT.delay(Duration.ofMillis(5)));
      Services site = new Services(village.host("site", 200)).web(80);
      village.start(
          NodeSpec.exit("exit", 1),
          NodeSpec.client("alice", 2, "exit").knowing("exit").behind(NatKind.SYMMETRIC));
      for (Family family : Family.values()) {
        String url = "http://" + family.inUrl(village.address("site", family)) + "/hello";
        assertThat(village.host("alice").sh("curl -sS -g -m 10 " + url)).isEqualTo("hello\n");
      }
      String log = Files.readString(site.webLog());
      assertThat(log).contains(village.address("exit", Family.IPV4));
      assertThat(log).doesNotContain(village.address("alice", Family.IPV4));
      assertThat(village.internet().counters("alice", "site").sentPackets()).isZero();
    }
  }

  private static void mustBeAsTold(Namespace alice, String whom, String address) {
    Pings pings = Pings.from(alice, "-c " + PINGS + " -i 0.01 -W 2 " + address);
    System.out.println("VillageIT: " + whom + ": " + pings);
    assertThat(pings.meanMillis()).as("RTT to " + whom).isCloseTo(80, within(8.0));
    assertThat(pings.loss()).as("loss to " + whom).isCloseTo(PING_LOSS, within(LOSS_WITHIN));
  }

  private static void mustCarryTcp(Namespace alice, String address) {
    String said = alice.sh("iperf3 -t 2 -f k -c " + address);
    System.out.println("VillageIT: " + said.lines().filter(l -> l.endsWith("receiver")).toList());
    assertThat(said).contains("receiver");
  }
}
