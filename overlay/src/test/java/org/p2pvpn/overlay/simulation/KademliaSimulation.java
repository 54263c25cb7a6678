package org.p2pvpn.overlay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Issue 4, point 2, by the protocol's own code. Small here; {@code -Dp2pvpn.kad.nodes=10000} makes
 * the networks as large as the issue says, {@code -Dp2pvpn.kad.figures=100,1000,10000} writes the
 * table of docs/discovery.md to target/kad-figures.md. A failure names its seed.
 */
final class KademliaSimulation {
  private static final int NODES = Integer.getInteger("p2pvpn.kad.nodes", 400);
  private static final long SEED = Long.getLong("p2pvpn.seed", 1);
  private static final double LOSS = 0.01;
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  @Test
  void everyNodeIsFoundInFewRoundsAndAgainWhenHalfOfAllVanish() {
    KadWorld world = KadScenario.grown(NODES, 0, SEED, LOSS);
    List<KadWorld.Outcome> outcomes = KadScenario.lookUps(world, 1_000, MINUTE);
    world.run(MINUTE);
    assertThat(KadScenario.share(outcomes, 1_000)).as("seed %d", SEED).isGreaterThanOrEqualTo(.999);
    assertThat(KadScenario.rounds(outcomes).last())
        .as("seed %d", SEED)
        .isLessThanOrEqualTo(roundsMax());

    for (KadWorldNode node : world.nodes()) {
      node.alive = world.random.nextBoolean();
    }
    // Whoever asks in the second half of the minute has his answer before its end or soon after.
    world.run(MINUTE / 2);
    List<KadWorld.Outcome> after = KadScenario.lookUps(world, 500, MINUTE / 2);
    world.run(MINUTE / 2);
    assertThat(KadScenario.share(after, 500)).as("seed %d", SEED).isGreaterThanOrEqualTo(.99);
  }

  @Test
  void aFifthOfLiarsMissesOneInAHundredAndThreeTenthsOneInTwenty() {
    assertThat(foundAmongLiars(.2)).as("20 %%, seed %d", SEED).isGreaterThanOrEqualTo(.99);
    assertThat(foundAmongLiars(.3)).as("30 %%, seed %d", SEED).isGreaterThanOrEqualTo(.95);
  }

  private static double foundAmongLiars(double share) {
    KadWorld world = KadScenario.grown(NODES, share, SEED, LOSS);
    List<KadWorld.Outcome> outcomes = KadScenario.lookUps(world, 1_000, MINUTE);
    world.run(MINUTE);
    return KadScenario.share(outcomes, 1_000);
  }

  private static int roundsMax() {
    return (int) (Math.log(NODES) / Math.log(2) / 2 + 3);
  }

  @Test
  @EnabledIfSystemProperty(named = "p2pvpn.kad.figures", matches = "[0-9,]+")
  void figures() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String count : System.getProperty("p2pvpn.kad.figures").split(",", -1)) {
      lines.add(figuresOf(Integer.parseInt(count)));
      Files.write(Path.of("target", "kad-figures.md"), lines);
    }
    assertThat(lines).isNotEmpty();
  }

  /** One line of the table. */
  static String figuresOf(int count) {
    KadWorld world = KadScenario.grown(count, 0, SEED, LOSS);
    // The first look after the join is the last one in a row; from here on it is upkeep.
    world.run(5 * MINUTE);
    long bytesBefore = world.nodes().stream().mapToLong(node -> node.sentBytes).sum();
    long handshakesBefore = world.nodes().stream().mapToLong(node -> node.handshakes).sum();
    world.run(20 * MINUTE);
    long bytes = world.nodes().stream().mapToLong(node -> node.sentBytes).sum() - bytesBefore;
    long handshakes =
        world.nodes().stream().mapToLong(node -> node.handshakes).sum() - handshakesBefore;
    int lookUps = Math.max(2_000, 20_000_000 / Math.max(count, 4_000));
    List<KadWorld.Outcome> outcomes = KadScenario.lookUps(world, lookUps, MINUTE);
    world.run(MINUTE);
    double table =
        world.nodes().stream().mapToInt(node -> node.kad.contacts().size()).average().orElse(0);
    return String.format(
        Locale.ROOT,
        "| %,d | %.2f %% of %,d | %.2f | %d | %.1f | %.0f | %.0f | %.1f | %,d |",
        count,
        100 * KadScenario.share(outcomes, lookUps),
        lookUps,
        outcomes.stream().mapToInt(KadWorld.Outcome::rounds).average().orElse(0),
        KadScenario.rounds(outcomes).last(),
        outcomes.stream().mapToInt(KadWorld.Outcome::questions).average().orElse(0),
        outcomes.stream().mapToLong(KadWorld.Outcome::tookNanos).average().orElse(0) / 1e6,
        table,
        3 * bytes / 1e6 / count,
        3 * handshakes / count);
  }
}
