package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.p2pvpn.cli.underlay.LinkShape;
import org.p2pvpn.overlay.discovery.kad.KadLimits;

@DisplayName("real daemons, a network without a centre")
class DiscoveryIT {
  /** {@code -Dp2pvpn.it.relays=37} for issue 4's forty. */
  private static final int RELAYS = Shell.number("relays", 9);

  /** How long nothing happens, to see what that costs. */
  private static final int IDLE_SECONDS = Shell.number("idleseconds", 3);

  /** Issue 4, point 1: all know enough within a minute. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Village village = Village.open(11);

  @AfterEach
  void removeAll() {
    village.close();
  }

  @Test
  void anyFindsAnyByIdAndExitsByCountryWithTheFirstNodeGone() {
    village.internet().defaultLink(LinkShape.of(Duration.ofMillis(20), 0));
    village.start(NodeSpec.peer("first", 1));
    List<NodeSpec> guests = new ArrayList<>();
    for (int i = 0; i < RELAYS; i++) {
      guests.add(NodeSpec.peer("r" + i, 2 + i).knowing("first"));
    }
    guests.add(NodeSpec.exit("swede", 20).config("country = \"SE\"\n").knowing("first"));
    guests.add(NodeSpec.exit("german", 21).config("country = \"DE\"\n").knowing("first"));
    guests.forEach(guest -> village.start(guest));
    List<Daemon> all =
        village.daemons().stream().filter(one -> !one.host().label().equals("first")).toList();

    eachFindsEach(all);
    village.daemon("first").kill();
    eachFindsEach(all);

    String swede = idOf(village.daemon("swede"));
    for (String asker : List.of("r0", "german")) {
      long began = System.nanoTime();
      List<String> found = find(village.daemon(asker), "SE");
      while (!found.contains(swede) && System.nanoTime() - began < PATIENCE_NANOS) {
        Shell.pause(1_000);
        found = find(village.daemon(asker), "SE");
      }
      assertThat(found).as("exits in SE found by " + asker).containsExactly(swede);
    }
    assertThat(find(village.daemon("r1"), "FR")).isEmpty();
    // One bucket, that of half of all nodes, has no room for more.
    long nodes = Math.min(RELAYS, KadLimits.K);
    Shell.waitFor(
        nodes + " nodes in a table",
        Duration.ofSeconds(60),
        () -> village.daemon("r2").counter("kad_nodes") >= nodes,
        () -> "r2: " + village.daemon("r2").status().path("counters"));
    new IdleCost(all).report("DiscoveryIT", IDLE_SECONDS);
  }

  /** She serves nobody, so that nobody but who invited her has ever heard of her. */
  @Test
  void aClientWithOneInviteLeavesByAnyExitOfACountryAndWhoInvitedHerMayGo() {
    village.internet().defaultLink(LinkShape.of(Duration.ofMillis(10), 0));
    village.host("site", 200);
    village.start(NodeSpec.peer("first", 1));
    List<NodeSpec> others = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      others.add(NodeSpec.peer("r" + i, 2 + i).knowing("first"));
    }
    others.add(NodeSpec.exit("swede", 20).config("country = \"SE\"\n").knowing("first"));
    others.add(NodeSpec.exit("swiss", 21).config("country = \"CH\"\n").knowing("first"));
    others.forEach(other -> village.start(other));
    village.start(
        NodeSpec.client("alice", 30, "SE")
            .words("up", "--exit", "SE", "--hops", "2")
            .knowing("first"));
    Daemon alice = village.daemon("alice");
    Shell.waitFor(
        "two open paths",
        Duration.ofSeconds(60),
        () -> openPaths(alice) >= 2,
        () -> alice.ask("circuits", "{}") + "\n" + alice.log());
    Namespace host = village.host("alice");
    String address = village.address("site", Family.IPV4);
    assertThat(Pings.from(host, "-c 5 -i 0.2 -W 2 " + address).received()).isEqualTo(5);
    // One hop, and she relays: the exit hears of her by her advert, which may not be there yet.
    village.start(NodeSpec.client("carol", 31, "CH").knowing("first"));
    Namespace carol = village.host("carol");
    Shell.waitFor(
        "an answer by an exit that carol was never told of",
        Duration.ofSeconds(30),
        () -> Pings.from(carol, "-c 1 -W 1 " + address).received() == 1,
        () -> village.daemon("carol").log());
    village.daemon("first").kill();
    Shell.waitFor(
        "an answer without who invited her",
        () -> Pings.from(host, "-c 1 -W 1 " + address).received() == 1);
    Shell.waitFor(
        "two open paths without who invited her",
        Duration.ofSeconds(60),
        () -> openPaths(alice) >= 2,
        () -> alice.ask("circuits", "{}") + "\n" + alice.log());
    assertThat(Pings.from(host, "-c 5 -i 0.2 -W 2 " + address).received()).isEqualTo(5);
  }

  private static int openPaths(Daemon daemon) {
    int open = 0;
    for (var circuit : daemon.ask("circuits", "{}").path("circuits")) {
      boolean carries = !circuit.path("use").asString().equals("standby");
      open += carries && circuit.path("state").asString().equals("open") ? 1 : 0;
    }
    return open;
  }

  private static void eachFindsEach(List<Daemon> all) {
    List<String> ids = all.stream().map(DiscoveryIT::idOf).toList();
    long began = System.nanoTime();
    for (int i = 0; i < all.size(); i++) {
      for (int j = 1; j < all.size(); j += 3) {
        String wanted = ids.get((i + j) % all.size());
        List<String> found = find(all.get(i), wanted);
        while (found.isEmpty() && System.nanoTime() - began < PATIENCE_NANOS) {
          Shell.pause(500);
          found = find(all.get(i), wanted);
        }
        assertThat(found)
            .as(all.get(i).host().label() + " looks for " + wanted)
            .containsExactly(wanted);
      }
    }
  }

  private static String idOf(Daemon daemon) {
    return daemon.status().path("nodeId").asString();
  }

  private static List<String> find(Daemon daemon, String wanted) {
    List<String> ids = new ArrayList<>();
    try {
      daemon
          .ask("peers-find", "{\"wanted\":\"" + wanted + "\"}")
          .path("nodes")
          .forEach(node -> ids.add(node.path("node").asString()));
    } catch (AssertionError e) {
      assertThat(e).hasMessageContaining("nobody was found");
    }
    return ids;
  }
}
