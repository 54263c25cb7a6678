package org.p2pvpn.overlay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * New keys of every layer under traffic. In a JVM of its own, in which keys are renewed every two
 * seconds; see the execution {@code rekey} in the module's pom.
 */
@EnabledIfSystemProperty(named = "p2pvpn.rekey.seconds", matches = "[0-9]+")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class CircuitRekeySimulation {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void newKeysOfEveryLayerLoseNothing(int shards) {
    try (Village village = new Village(folder, 4, shards)) {
      village.use(3);
      village.awaitSpare();
      long before = village.exit.count("handshakes_completed");
      Village.Traffic traffic = village.new Traffic();
      traffic.run(8000, () -> {});
      traffic.assertNothingLost();
      assertThat(village.client.control.snapshot().counters())
          .as(village.simulation.failure("the path stayed"))
          .doesNotContainKey("path_switches");
      assertThat(village.exit.count("handshakes_completed") - before)
          .as("the exit's keys were renewed, among others")
          .isGreaterThan(3);
      for (SimulatedNode relay : village.relays) {
        assertThat(relay.count("drop_unknown_circuit") + relay.count("drop_forged")).isZero();
      }
    }
  }
}
