package org.p2pvpn.overlay.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.identity.NodeId;

final class GuardsTest {
  private static final PathRequest THREE = PathRequest.of(3, Preset.BALANCED.weights());
  private static final NodeTable TABLE = at(Nodes.NOW);
  private final SplittableRandom random = new SplittableRandom(4);
  private final Guards guards = Guards.NONE.refreshed(TABLE, THREE, random);

  private static NodeTable at(long now) {
    return new NodeTable(
        IntStream.range(0, 40)
            .mapToObj(i -> Nodes.roles(i, i < 30 ? Role.RELAY : Role.EXIT))
            .toList(),
        java.util.Map.of(),
        null,
        now);
  }

  private Set<NodeId> firstHops(Guards with, NodeTable table) {
    Set<NodeId> first = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      if (PathChooser.choose(table, with, THREE, random) instanceof Choice.Chosen(Path path)) {
        first.add(path.first());
      }
    }
    return first;
  }

  @Test
  void threeAreKept() {
    assertThat(guards.sample()).hasSize(3);
    assertThat(firstHops(guards, TABLE)).isEqualTo(ids(guards));
    assertThat(guards.refreshed(TABLE, THREE, random)).isEqualTo(guards);
  }

  @Test
  void withoutGuardsAnyRelayMayBeFirst() {
    assertThat(firstHops(Guards.NONE, TABLE)).hasSizeGreaterThan(5);
  }

  @Test
  void whoCarriedTrafficGoesBeforeTheRest() {
    NodeId last = guards.sample().getLast().id();
    Guards confirmed = guards.withSuccess(last, Nodes.NOW, random);
    assertThat(confirmed.sample().getFirst().id()).isEqualTo(last);
    assertThat(confirmed.sample().getFirst().confirmedAt()).isPositive();
  }

  @Test
  void oneThatFailsIsLeftToRestAndComesBack() {
    NodeId failing = guards.sample().getFirst().id();
    Guards failed = guards.withFailure(failing, Nodes.NOW);
    assertThat(firstHops(failed, TABLE)).hasSize(2).doesNotContain(failing);
    assertThat(firstHops(failed, at(Nodes.NOW + 31))).contains(failing);
  }

  @Test
  void oneThatIsBackDoesNotRestAndKeepsItsPlace() {
    NodeId failing = guards.sample().getFirst().id();
    assertThat(guards.withFailure(failing, Nodes.NOW).withReturn(failing)).isEqualTo(guards);
    assertThat(guards.withReturn(Nodes.id(4711))).isEqualTo(guards);
  }

  @Test
  void whenAllFailOthersAreSampledAndTheFirstStayFirst() {
    Guards failed = guards;
    for (Guard guard : guards.sample()) {
      failed = failed.withFailure(guard.id(), Nodes.NOW);
    }
    Guards more = failed.refreshed(TABLE, THREE, random);
    assertThat(more.sample()).hasSize(6);
    assertThat(more.sample().subList(0, 3)).isEqualTo(failed.sample());
    assertThat(firstHops(more, TABLE)).containsExactly(more.sample().get(3).id());
    assertThat(firstHops(more, at(Nodes.NOW + 31))).isEqualTo(ids(guards));
  }

  /** Who kills our guards one by one gets nine at most, and then we try the first again. */
  @Test
  void theSampleHasAnEnd() {
    Guards all = guards;
    for (int i = 0; i < 20; i++) {
      for (Guard guard : all.sample()) {
        all = all.withFailure(guard.id(), Nodes.NOW);
      }
      all = all.refreshed(TABLE, THREE, random);
    }
    for (Guard guard : all.sample()) {
      all = all.withFailure(guard.id(), Nodes.NOW);
    }
    assertThat(all.sample()).hasSize(Guards.SAMPLE_MAX);
    assertThat(firstHops(all, TABLE)).isEqualTo(ids(guards));
  }

  @Test
  void ageRotatesThem() {
    long later = Nodes.NOW + TimeUnit.DAYS.toSeconds(121);
    Guards rotated = guards.refreshed(at(later), THREE, random);
    assertThat(rotated.sample()).hasSize(3).doesNotContainAnyElementsOf(guards.sample());
  }

  @Test
  void oneThatIsGoneIsForgottenAfterTwentyDays() {
    NodeId gone = guards.sample().getFirst().id();
    List<Candidate> rest = TABLE.candidates().stream().filter(it -> !it.id().equals(gone)).toList();
    Guards unlisted =
        guards.refreshed(new NodeTable(rest, java.util.Map.of(), null, Nodes.NOW), THREE, random);
    assertThat(ids(unlisted)).contains(gone).hasSize(4);
    long later = Nodes.NOW + TimeUnit.DAYS.toSeconds(21);
    Guards forgotten =
        unlisted.refreshed(new NodeTable(rest, java.util.Map.of(), null, later), THREE, random);
    assertThat(ids(forgotten)).doesNotContain(gone).hasSize(3);
  }

  @Test
  void theSecondPathStartsAtAnotherGuard() {
    for (int i = 0; i < 100; i++) {
      Path first = ((Choice.Chosen) PathChooser.choose(TABLE, guards, THREE, random)).path();
      Path second =
          ((Choice.Chosen) PathChooser.chooseBeside(TABLE, guards, THREE, List.of(first), random))
              .path();
      assertThat(ids(guards)).contains(first.first(), second.first());
      assertThat(second.relays()).doesNotContainAnyElementsOf(first.relays());
    }
  }

  @Test
  void whomTheUserDeniesIsNoGuardOfHis() {
    NodeId denied = guards.sample().getFirst().id();
    PathRequest request = THREE.withDeny(NodeList.ofNodes(Set.of(denied)));
    Guards more = guards.refreshed(TABLE, request, random);
    assertThat(more.sample()).hasSize(4);
    for (int i = 0; i < 100; i++) {
      Path path = ((Choice.Chosen) PathChooser.choose(TABLE, more, request, random)).path();
      assertThat(path.hops()).doesNotContain(denied);
    }
  }

  private static Set<NodeId> ids(Guards of) {
    Set<NodeId> ids = new HashSet<>();
    of.sample().forEach(guard -> ids.add(guard.id()));
    return ids;
  }
}
