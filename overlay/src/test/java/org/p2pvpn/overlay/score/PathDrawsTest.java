package org.p2pvpn.overlay.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.identity.NodeId;

/** Issue 3, point 4: many draws, no violation, and the same again with the same seed. */
final class PathDrawsTest {
  /** A million by {@code -Dp2pvpn.draws=1000000}. */
  private static final int DRAWS = Integer.getInteger("p2pvpn.draws", 50_000);

  private static final int NODES = 1000;
  private static final long SEED = 3;

  @Test
  void noDrawBreaksAConstraint() {
    NodeTable table = Nodes.crowd(NODES, new SplittableRandom(SEED));
    Set<Integer> lengths = new HashSet<>();
    AtomicInteger found = new AtomicInteger();
    IntStream.range(0, DRAWS)
        .parallel()
        .forEach(
            i -> {
              PathRequest request = request(i);
              Choice choice =
                  PathChooser.choose(table, Guards.NONE, request, new SplittableRandom(i));
              if (choice instanceof Choice.Chosen(Path path)) {
                check(table, request, path, i);
                found.incrementAndGet();
              }
            });
    for (int i = 0; i < 100; i++) {
      lengths.add(request(i).hops());
    }
    assertThat(lengths).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
    assertThat(found.get()).isEqualTo(DRAWS);
  }

  private static PathRequest request(int i) {
    Preset[] presets = Preset.values();
    PathRequest request =
        PathRequest.of(1 + i % 5, presets[i % presets.length].weights())
            .withMinimumTrust(i % 3 == 0 ? 0.3 : 0);
    request = i % 2 == 0 ? request : request.withExitCountry(i % 4 == 1 ? "SE" : "NO");
    request = i % 7 == 0 ? request.withDeny(NodeList.ofCountries(Set.of("JP"))) : request;
    return i % 11 == 0
        ? request.withDestination(new Destination(true, true, null, Destination.Protocol.ANY, 0))
        : request;
  }

  /** Written without the code under test. */
  private static void check(NodeTable table, PathRequest request, Path path, int seed) {
    Set<Object> shared = new HashSet<>();
    boolean right = path.hops().size() == request.hops();
    for (NodeId id : path.hops()) {
      Candidate node = Objects.requireNonNull(table.find(id));
      boolean last = id.equals(path.exit());
      Claims claims = node.claims();
      right &= shared.add(id);
      for (IpPrefix block : claims.neighbourhoods()) {
        right &= shared.add(block);
      }
      right &= claims.operator().isEmpty() || shared.add(claims.operator());
      right &= claims.autonomousSystem() == 0 || shared.add(claims.autonomousSystem());
      right &= claims.roles().contains(last ? Role.EXIT : Role.RELAY);
      right &= !(claims.load() >= 0.9) && !(node.measurements().load() >= 0.9);
      right &= request.minimumTrust() == 0 || node.trust().value() >= request.minimumTrust();
      right &= !node.isUnreachable(Nodes.NOW);
      right &= !request.deny().countries().contains(claims.country());
      if (last) {
        right &= request.exitCountry().isEmpty() || request.exitCountry().equals(claims.country());
        right &= claims.exitPolicy().ipv6() || !request.destination().ipv6();
      }
      if (last || id.equals(path.first())) {
        right &= !node.isNewcomer(Nodes.NOW);
      }
    }
    if (!right) {
      throw new AssertionError("seed " + seed + ": " + request + " got " + path);
    }
  }

  @Test
  void theSameSeedGivesTheSamePath() {
    NodeTable table = Nodes.crowd(NODES, new SplittableRandom(SEED));
    Set<Path> paths = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      PathRequest request = PathRequest.of(3, Preset.BALANCED.weights());
      Choice one = PathChooser.choose(table, Guards.NONE, request, new SplittableRandom(seed));
      PathChooser.Explained other =
          PathChooser.explain(table, Guards.NONE, request, new SplittableRandom(seed));
      assertThat(one).isEqualTo(other.choice());
      paths.add(((Choice.Chosen) one).path());
    }
    assertThat(paths).hasSizeGreaterThan(50);
  }

  @Test
  void theTablesOrderDoesNotMatter() {
    NodeTable table = Nodes.crowd(100, new SplittableRandom(SEED));
    NodeTable reversed =
        new NodeTable(table.candidates().reversed(), java.util.Map.of(), table.own(), Nodes.NOW);
    PathRequest request = PathRequest.of(3, Preset.FAST.weights());
    for (int seed = 0; seed < 50; seed++) {
      assertThat(PathChooser.choose(reversed, Guards.NONE, request, new SplittableRandom(seed)))
          .isEqualTo(PathChooser.choose(table, Guards.NONE, request, new SplittableRandom(seed)));
    }
  }

  @Test
  void aSecondPathSharesTheExitAndNothingElse() {
    NodeTable table = Nodes.crowd(NODES, new SplittableRandom(SEED));
    Groups groups = table.groups();
    for (int seed = 0; seed < 500; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      PathRequest request = PathRequest.of(2 + seed % 4, Preset.BALANCED.weights());
      Path first = chosen(PathChooser.choose(table, Guards.NONE, request, random));
      Path second =
          chosen(PathChooser.chooseBeside(table, Guards.NONE, request, List.of(first), random));
      Path standby =
          chosen(
              PathChooser.explainStandby(
                      table, Guards.NONE, request, List.of(first, second), random)
                  .choice());
      assertThat(second.exit()).isEqualTo(first.exit());
      for (NodeId one : first.relays()) {
        for (NodeId other : second.relays()) {
          assertThat(one).isNotEqualTo(other);
          assertThat(groups.areShared(table.indexOf(one), table.indexOf(other))).isFalse();
        }
      }
      assertThat(standby.exit()).isNotEqualTo(first.exit());
      assertThat(groups.areShared(table.indexOf(first.exit()), table.indexOf(standby.exit())))
          .isFalse();
    }
  }

  private static Path chosen(Choice choice) {
    return ((Choice.Chosen) choice).path();
  }

  /** Only one order of three nodes works, and most first draws are wrong. */
  @Test
  void aDrawThatLeadsNowhereIsTakenBack() {
    NodeTable table =
        Nodes.table(
            Nodes.ofOperator(1, "a", 0),
            Nodes.ofOperator(2, "a", 0),
            Nodes.roles(3, Role.EXIT),
            Nodes.with(Nodes.node(4), withBlock(Nodes.roles(4, Role.RELAY).claims(), 3)));
    PathRequest request = PathRequest.of(2, Preset.BALANCED.weights());
    for (int seed = 0; seed < 200; seed++) {
      Choice choice = PathChooser.choose(table, Guards.NONE, request, new SplittableRandom(seed));
      assertThat(choice).as("seed " + seed).isInstanceOf(Choice.Chosen.class);
    }
    PathRequest pinned = request.withHops(3);
    Set<Path> paths = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      if (PathChooser.choose(table, Guards.NONE, pinned, new SplittableRandom(seed))
          instanceof Choice.Chosen(Path path)) {
        paths.add(path);
      }
    }
    assertThat(paths).isEmpty();
  }

  private static Claims withBlock(Claims claims, int block) {
    return new Claims(
        claims.roles(),
        claims.country(),
        "",
        "",
        0,
        0,
        claims.exitPolicy(),
        claims.load(),
        null,
        List.of(Nodes.block(block)),
        0);
  }
}
