package org.p2pvpn.overlay.control;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Way;

/** Paths that work are left for better ones, or because of their age. */
final class BetterPathTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static List<String> names(CircuitReport report) {
    return report.hops().stream().map(CircuitReport.Hop::name).toList();
  }

  private static Way way(Peer exit) {
    return requireNonNull(exit.session.way());
  }

  @Test
  void bothPathsAreMeasuredBeforeThereIsTraffic() {
    HopWorld world = new HopWorld(2);
    world.use(2);
    world.open();
    world.steps(SECOND);
    assertThat(world.asides).hasSize(2 * PathGauge.FIRST);
    for (CircuitReport report : world.circuits.reports()) {
      assertThat(report.hops().getLast().rttMillis()).isBetween(0.0, 51.0);
    }
    world.steps(10 * SECOND);
    assertThat(world.asides).as("idle paths cost nothing").hasSize(2 * PathGauge.FIRST);
    assertThat(world.probed).isEqualTo(2 * PathGauge.FIRST);
  }

  /** Traffic of 16 Mbit/s that is answered. */
  private static void traffic(HopWorld world, Peer exit, long nanos) {
    for (long end = world.now + nanos; world.now < end; ) {
      exit.session.onSent(50_000, world.now);
      exit.session.onReceived(50_000, world.now);
      world.step();
    }
  }

  /** Latency alone would have stayed: nothing about it changes. */
  @Test
  void aLossStepMovesThePathWithinTenSeconds() {
    HopWorld world = new HopWorld(3);
    Peer exit = world.use(2);
    world.open();
    traffic(world, exit, 20 * SECOND);
    assertThat(world.switches.latest()).isEmpty();
    Epoch keys = exit.session.sending();
    world.losses.put("relay-1", 0.1);
    traffic(world, exit, 10 * SECOND);
    assertThat(world.switches.latest()).hasSize(1);
    assertThat(world.switches.latest().getFirst().why()).isEqualTo("a better path");
    assertThat(way(exit).guard()).isSameAs(world.relays.get(1).session);
    assertThat(exit.session.sending()).isSameAs(keys);
    world.open();
    assertThat(names(world.circuits.reports().get(1))).containsExactly("relay-3", "exit");
    traffic(world, exit, 600 * SECOND);
    assertThat(world.switches.latest()).hasSize(1);
  }

  @Test
  void aRelayThatBecomesLoadedIsLeftWithinTenSeconds() {
    HopWorld world = new HopWorld(3);
    Peer exit = world.use(2);
    world.open();
    traffic(world, exit, 20 * SECOND);
    world.loads.put("relay-1", 0.8);
    traffic(world, exit, 10 * SECOND);
    assertThat(world.switches.latest()).hasSize(1);
    assertThat(way(exit).guard()).isSameAs(world.relays.get(1).session);
  }

  /** threats.md 34. Small packets, and small probes, are as quick as before. */
  @Test
  void aRelayThatDelaysOnlyLargePacketsIsLeftWithinTenSeconds() {
    HopWorld world = new HopWorld(3);
    Peer exit = world.use(2);
    world.open();
    traffic(world, exit, 20 * SECOND);
    world.largeDelays.put("relay-1", 500 * MILLI);
    traffic(world, exit, 10 * SECOND);
    assertThat(world.switches.latest()).hasSize(1);
    assertThat(way(exit).guard()).isSameAs(world.relays.get(1).session);
  }

  @Test
  void aRelayThatDropsOnlyLargePacketsIsLeftWithinTenSeconds() {
    HopWorld world = new HopWorld(3);
    Peer exit = world.use(2);
    world.open();
    traffic(world, exit, 20 * SECOND);
    world.largeDelays.put("relay-1", 600 * SECOND);
    traffic(world, exit, 10 * SECOND);
    assertThat(world.switches.latest()).hasSize(1);
    assertThat(way(exit).guard()).isSameAs(world.relays.get(1).session);
  }

  @Test
  void aFullSpareIsReplacedAsSoonAsThereIsAnother() {
    HopWorld world = new HopWorld(2);
    world.use(2);
    world.open();
    world.loads.put("relay-2", 0.95);
    world.steps(5 * SECOND);
    assertThat(names(world.circuits.reports().get(1))).containsExactly("relay-2", "exit");
    world.relays.set(1, TestPeers.add(world.book, 9, "relay-9", Peer.Origin.CONFIG));
    world.steps(5 * SECOND);
    assertThat(names(world.circuits.reports().get(1))).containsExactly("relay-9", "exit");
    assertThat(world.switches.latest()).isEmpty();
  }

  @Test
  void relaysAreExchangedWhenTheirTimeIsOverAndTheExitStays() {
    HopWorld world = new HopWorld(3);
    Peer exit = world.use(2);
    world.circuits.rotate(60 * SECOND);
    world.open();
    Epoch keys = exit.session.sending();
    world.steps(47 * SECOND);
    assertThat(world.switches.latest()).isEmpty();
    world.steps(26 * SECOND);
    assertThat(world.switches.latest()).hasSize(1);
    assertThat(world.switches.latest().getFirst().announced()).isTrue();
    assertThat(way(exit).guard()).isSameAs(world.relays.get(1).session);
    assertThat(exit.session.sending()).isSameAs(keys);
    world.open();
    assertThat(names(world.circuits.reports().get(1))).containsExactly("relay-3", "exit");
    world.steps(73 * SECOND);
    assertThat(world.switches.latest()).hasSize(2);
    assertThat(way(exit).guard()).isSameAs(world.relays.get(2).session);
  }

  /** Our own link: there is no better path, whatever the probes of one say by accident. */
  @Test
  void lossThatAllPathsShareMovesNothing() {
    HopWorld world = new HopWorld(2);
    Peer exit = world.use(2);
    world.open();
    world.losses.put("relay-1", 0.1);
    world.losses.put("relay-2", 0.1);
    traffic(world, exit, 600 * SECOND);
    assertThat(world.switches.latest()).hasSizeLessThanOrEqualTo(1);
  }
}
