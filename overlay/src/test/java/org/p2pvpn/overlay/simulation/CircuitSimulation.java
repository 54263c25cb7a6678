package org.p2pvpn.overlay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client whose exit is behind relays, all of them real nodes; the test is the internet. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class CircuitSimulation {
  @TempDir private Path folder;

  @Test
  void aClientReachesTheInternetThroughARelay() {
    try (Village village = new Village(folder, 1)) {
      village.use(2);
      village.assertRoundTrip(new byte[30]);
      assertThat(village.relays.getFirst().count("forwarded_datagrams")).isPositive();
      assertThat(village.relays.getFirst().count("tun_write_packets")).isZero();
    }
  }

  @Test
  void fiveHopsAreFiveLayers() {
    try (Village village = new Village(folder, 4)) {
      village.use(5);
      village.assertRoundTrip(new byte[1000]);
      for (SimulatedNode relay : village.relays) {
        assertThat(relay.count("forwarded_datagrams")).isPositive();
        assertThat(relay.count("returned_datagrams")).isPositive();
      }
    }
  }

  @Test
  void aRelayThatDiesIsReplacedAndTheExitStays() {
    try (Village village = new Village(folder, 2)) {
      village.use(2);
      village.awaitSpare();
      Village.Traffic traffic = village.new Traffic();
      traffic.run(1000, () -> {});
      SimulatedNode guard = village.guard();
      village.simulation.kill(guard);
      traffic.run(2000, () -> {});
      System.err.printf(
          "circuit: a killed relay: gap %.0f ms, lost %d there, %d back of %d%n",
          traffic.gapNanos / 1e6, traffic.lostThere(), traffic.lostBack(), traffic.sent());
      assertThat(traffic.lostThere()).isLessThan(1500);
      assertThat(village.client.leases).hasSize(1);
      assertThat(village.client.control.snapshot().circuits().getFirst().hops().getFirst().name())
          .isNotEqualTo(guard.name());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aRelayThatLeavesPolitelyCostsNothing(int hops) {
    try (Village village = new Village(folder, 2 * (hops - 1))) {
      village.use(hops);
      village.awaitSpare();
      Village.Traffic traffic = village.new Traffic();
      traffic.run(500, () -> {});
      SimulatedNode guard = village.guard();
      guard.control.leave();
      traffic.run(500, () -> {});
      traffic.assertNothingLost();
      assertThat(village.client.control.snapshot().circuits().getFirst().hops().getFirst().name())
          .isNotEqualTo(guard.name());
    }
  }

  /** Issue 3, point 5: nothing about the latency changes. */
  @Test
  void aLossStepMovesTheTrafficWithinTenSecondsAndTheExitStays() {
    try (Village village = new Village(folder, 2, 1, true)) {
      village.use(2);
      village.awaitSpare();
      Village.Traffic traffic = village.new Traffic(1000);
      traffic.run(8000, () -> {});
      assertThat(village.client.control.snapshot().pathSwitches()).isEmpty();
      SimulatedNode lossy = village.guard();
      village.links.get(village.relays.indexOf(lossy)).weather(new LossyLink.Weather(10, 0, 0, 0));
      long began = System.nanoTime();
      for (int i = 0; i < 40 && village.guard() == lossy; i++) {
        traffic.run(500, () -> {});
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      System.err.printf("circuit: 10 %% loss: another path after %.1f s%n", seconds);
      assertThat(village.guard())
          .as(() -> village.simulation.failure(village.client.control.snapshot().toString()))
          .isNotSameAs(lossy);
      assertThat(seconds).isLessThan(10);
      assertThat(village.client.leases).hasSize(1);
      int lostBefore = traffic.lostThere();
      traffic.run(2000, () -> {});
      assertThat(traffic.lostThere() - lostBefore).as("after the move").isLessThan(50);
    }
  }

  @Test
  void aNodeThatDoesNotRelayIsPassedBy() {
    try (Village village = new Village(folder, 2)) {
      SimulatedNode unwilling = village.relays.getFirst();
      unwilling.control.relay(null, () -> 0);
      village.use(2);
      village.assertRoundTrip(new byte[30]);
      assertThat(village.guard()).isNotSameAs(unwilling);
      // Sooner or later it is asked, at the latest for the spare.
      Await.until(
          () -> unwilling.count("extend_refused_no_relay") > 0,
          () -> village.simulation.failure(village.client.control.snapshot().toString()));
      assertThat(unwilling.count("circuits_extended")).isZero();
      assertThat(unwilling.count("forwarded_datagrams")).isZero();
      assertThat(village.client.count("extend_was_refused_no_relay")).isPositive();
    }
  }

  @Test
  void twoShardsCarryACircuitToo() {
    try (Village village = new Village(folder, 4, 2)) {
      village.use(3);
      village.awaitSpare();
      Village.Traffic traffic = village.new Traffic();
      traffic.run(1000, () -> {});
      traffic.assertNothingLost();
    }
  }
}
