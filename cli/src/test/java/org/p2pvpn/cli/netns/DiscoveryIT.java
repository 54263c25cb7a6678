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

@DisplayName("real daemons, a network without a centre")
class DiscoveryIT {
  private static final int RELAYS = 9;

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
    assertThat(village.daemon("r2").counter("kad_nodes")).isGreaterThanOrEqualTo(RELAYS);
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
