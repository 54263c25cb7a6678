package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.identity.NodeId;

/** Paths from a book of peers, whatever the draw. */
final class PathPlannerTest {
  private static final long NOW = 1_800_000_000L;
  private static final int SEEDS = 300;

  @TempDir private Path folder;

  private PeerBook book(int relays) {
    PeerBook book = new PeerBook(folder.resolve("peers"), TestPeers.OWN);
    TestPeers.add(book, 50, "exit", Peer.Origin.CONFIG);
    for (int relay = 1; relay <= relays; relay++) {
      TestPeers.add(book, relay, "relay-" + relay, Peer.Origin.CONFIG).candidates.clear();
    }
    return book;
  }

  private PathPlanner planner(PeerBook book, int hops, long seed) {
    return new PlannerWorld(folder, book, "").planner(hops, book.find("exit").id, seed);
  }

  private static List<NodeId> relays(Collection<Peer> hops) {
    List<NodeId> ids = new ArrayList<>();
    hops.forEach(hop -> ids.add(hop.id));
    ids.removeLast();
    return ids;
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "3, 4", "3, 5", "4, 6", "5, 8"})
  void withRelaysEnoughForTwoThereAreTwoPaths(int hops, int relayCount) {
    PeerBook book = book(relayCount);
    for (int seed = 0; seed < SEEDS; seed++) {
      PathPlanner planner = planner(book, hops, seed);
      Planner.Plan first = planner.plan(null, null, List.of(), NOW);
      assertThat(first.hops()).as("seed %d: %s", seed, first.trouble()).hasSize(hops);
      CircuitPath active = new CircuitPath(first.hops(), 0);
      planner.onOpen(active, new Moment(NOW, 0));
      Planner.Plan second = planner.plan(active.exit().id, active, List.of(), NOW);
      assertThat(second.hops())
          .as("seed %d beside %s: %s", seed, relays(first.hops()), second.trouble())
          .hasSize(hops);
      assertThat(relays(second.hops())).doesNotContainAnyElementsOf(relays(first.hops()));
      assertThat(second.hops().getLast()).isSameAs(first.hops().getLast());
    }
  }

  @Test
  void whoFailedLatelyIsTakenOnlyWhenThereIsNobodyElse() {
    PeerBook book = book(3);
    NodeId failed = book.find("relay-1").id;
    for (int seed = 0; seed < SEEDS; seed++) {
      Planner.Plan plan = planner(book, 2, seed).plan(null, null, List.of(failed), NOW);
      assertThat(relays(plan.hops())).as("seed %d", seed).doesNotContain(failed);
    }
    PeerBook lonely = book(1);
    Planner.Plan plan = planner(lonely, 2, 1).plan(null, null, List.of(failed), NOW);
    assertThat(relays(plan.hops())).containsExactly(failed);
  }

  @Test
  void whenAllFailedLatelyThoseOfLongAgoAreTriedFirst() {
    PeerBook book = book(4);
    List<NodeId> failed =
        IntStream.of(3, 1, 4, 2).mapToObj(relay -> book.find("relay-" + relay).id).toList();
    for (int seed = 0; seed < SEEDS; seed++) {
      Planner.Plan plan = planner(book, 2, seed).plan(null, null, failed, NOW);
      assertThat(relays(plan.hops())).as("seed %d", seed).isSubsetOf(failed.subList(2, 4));
    }
  }

  @Test
  void whereThereIsNoPathItSaysWhy() {
    Planner.Plan plan = planner(book(1), 3, 1).plan(null, null, List.of(), NOW);
    assertThat(plan.hops()).isEmpty();
    assertThat(plan.trouble()).contains("hop 2");
  }
}
