package org.p2pvpn.overlay.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.p2pvpn.overlay.control.CircuitReport;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.control.Paths;
import org.p2pvpn.overlay.control.TraceReport;

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
      village.awaitSpare();
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
  void aPathThatIsSetByHandIsTakenWithoutLossAndKeptUntilAnotherIsAskedFor() {
    try (Village village = new Village(folder, 4)) {
      village.use(3);
      village.awaitSpare();
      Village.Traffic traffic = village.new Traffic();
      traffic.run(200, () -> {});
      List<String> set = new ArrayList<>(hops(village, 0));
      Collections.swap(set, 0, 1); // another order, so another path
      village.client.control.paths().set(set, 3);
      for (int i = 0; i < 20 && !hops(village, 0).equals(set); i++) {
        traffic.run(200, () -> {});
      }
      assertThat(hops(village, 0)).isEqualTo(set);
      traffic.run(1000, () -> {});
      traffic.assertNothingLost();
      assertThat(village.client.leases).hasSize(1);
      assertThat(village.client.control.snapshot().circuits()).hasSize(1);
      village.client.control.paths().renew();
      village.awaitSpare();
    }
  }

  private static List<String> hops(Village village, int path) {
    return village.client.control.snapshot().circuits().get(path).hops().stream()
        .map(CircuitReport.Hop::name)
        .toList();
  }

  @Test
  void relaysAreToldOfEveryPathThatEnds() {
    try (Village village = new Village(folder, 4)) {
      village.use(3);
      for (int i = 0; i < 4; i++) {
        village.awaitSpare();
        village.client.control.paths().renew();
      }
      village.awaitSpare();
      // One at each relay of two paths; at the last ones perhaps also for the keys before these.
      Await.until(
          () ->
              village.relays.stream()
                      .mapToInt(relay -> relay.control.snapshot().relayedCircuits())
                      .sum()
                  <= 6,
          () ->
              village.simulation.failure(
                  village.relays.stream().map(it -> it.control.snapshot()).toList().toString()));
    }
  }

  @Test
  void aPathSetByHandIsOneThatCanBe() {
    try (Village village = new Village(folder, 2)) {
      village.use(2);
      Paths paths = village.client.control.paths();
      String relay = village.relays.getFirst().name();
      String exit = village.exit.name();
      for (List<String> bad :
          List.of(
              List.of(exit),
              List.of(relay, exit, exit),
              List.of(exit, exit),
              List.of("nobody", exit))) {
        assertThatThrownBy(() -> paths.set(bad, 2))
            .as(bad.toString())
            .isInstanceOf(ControlException.class);
      }
      village.assertRoundTrip(new byte[30]);
    }
  }

  @Test
  void everyHopOfThePathAnswersForItself() {
    try (Village village = new Village(folder, 3)) {
      village.use(4);
      village.assertRoundTrip(new byte[30]);
      Paths paths = village.client.control.paths();
      TraceReport trace = paths.trace(0, Duration.ofSeconds(5));
      assertThat(trace.hops().stream().map(TraceReport.Hop::role))
          .containsExactly("guard", "relay", "relay", "exit");
      assertThat(trace.hops()).allMatch(hop -> hop.rttMillis() > 0);
      double sum = trace.hops().stream().mapToDouble(TraceReport.Hop::legMillis).sum();
      assertThat(sum).isCloseTo(trace.hops().getLast().rttMillis(), offset(0.001));
      // The client is connected with each of them by its own name too.
      assertThat(trace.hops().get(1).knows()).contains("you as its peer");
      assertThat(trace.hops().getLast().knows()).isEqualTo("where you go; not your address");
      TraceReport one = paths.trace(3, Duration.ofSeconds(5));
      assertThat(one.hops()).hasSize(1);
      assertThat(one.hops().getFirst().number()).isEqualTo(3);
      assertThatThrownBy(() -> paths.trace(5, Duration.ofSeconds(5)))
          .hasMessageContaining("hop 5: the path in use has 4");
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
          () -> village.client.count("extend_was_refused_no_relay") > 0,
          () -> village.simulation.failure(village.client.control.snapshot().toString()));
      assertThat(unwilling.count("extend_refused_no_relay")).isPositive();
      assertThat(unwilling.count("circuits_extended")).isZero();
      assertThat(unwilling.count("forwarded_datagrams")).isZero();
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
