package org.p2pvpn.overlay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.overlay.control.LeaseDesk;
import org.p2pvpn.overlay.packet.Packets;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;

/** A client whose exit is behind relays, all of them real nodes; the test is the internet. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class CircuitSimulation {
  private static final LeaseGrant GRANT =
      new LeaseGrant(0xF800_0005, 0xFD71_0000_0000_0001L, 5, 0xF800_0001);
  private static final AddressGuard.Pair LEASE =
      new AddressGuard.Pair(GRANT.ipv4(), GRANT.ipv6High(), GRANT.ipv6Low());
  private static final AddressGuard.Pair WEB =
      new AddressGuard.Pair(0x0808_0808, 0x2001_0DB8L << 32, 8);

  @TempDir private Path folder;

  private static final class OneLease implements LeaseDesk {
    @Override
    public LeaseGrant lend(byte[] clientNodeId, long nowNanos) {
      return GRANT;
    }

    @Override
    public void release(byte[] clientNodeId) {}

    @Override
    public int clients() {
      return 1;
    }
  }

  /** Client, relays and exit; every relay is connected with all others. */
  private static final class Village implements AutoCloseable {
    final Simulation simulation;
    final SimulatedNode client;
    final List<SimulatedNode> relays = new ArrayList<>();
    final SimulatedNode exit;

    Village(Path folder, int relayCount) {
      simulation = new Simulation(folder);
      client = simulation.node(1);
      exit = simulation.node(2);
      exit.control.serve(new OneLease());
      for (int i = 0; i < relayCount; i++) {
        SimulatedNode relay = simulation.node(3 + i);
        simulation.connect(client, relay);
        simulation.connect(relay, exit);
        relays.forEach(other -> simulation.connect(relay, other));
        relays.add(relay);
      }
      client.knows(exit);
    }

    void use(int hops) {
      client.control.useExit(exit.name(), hops, "balanced");
      Await.until(
          () -> !client.leases.isEmpty(),
          () -> simulation.failure(client.control.snapshot().toString() + exit.control.snapshot()));
    }

    void assertRoundTrip(byte[] payload) {
      byte[] there = Packets.ipv4(LEASE, WEB, payload);
      client.write(there);
      assertArrives(exit, there);
      byte[] back = Packets.ipv6(WEB, LEASE, payload);
      exit.write(back);
      assertArrives(client, back);
    }

    void assertArrives(SimulatedNode at, byte[] packet) {
      List<byte[]> arrived = new ArrayList<>();
      Await.until(
          () -> {
            at.receive(arrived);
            return !arrived.isEmpty();
          },
          () ->
              simulation.failure(
                  client.control.snapshot().counters()
                      + "\n"
                      + exit.control.snapshot().counters()));
      assertThat(arrived).containsExactly(packet);
    }

    SimulatedNode relayInUse() {
      return relays.stream()
          .filter(relay -> relay.count("forwarded_bytes") > 0)
          .findFirst()
          .orElseThrow();
    }

    @Override
    public void close() {
      simulation.close();
    }
  }

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
  void aRelayThatDiesIsReplacedAndTheExitStays() throws InterruptedException {
    try (Village village = new Village(folder, 2)) {
      village.use(2);
      village.assertRoundTrip(new byte[30]);
      Await.until(
          () ->
              village.client.control.snapshot().circuits().size() == 2
                  && village.client.control.snapshot().circuits().stream()
                      .allMatch(c -> c.state().equals("open")),
          () -> village.simulation.failure(village.client.control.snapshot().toString()));
      village.simulation.kill(village.relayInUse());
      long began = System.nanoTime();
      List<byte[]> arrived = new ArrayList<>();
      byte[] packet = Packets.ipv4(LEASE, WEB, new byte[100]);
      while (arrived.isEmpty() && System.nanoTime() - began < 10_000_000_000L) {
        village.client.write(packet);
        TimeUnit.MILLISECONDS.sleep(1);
        village.exit.receive(arrived);
      }
      System.err.println("gap ms " + (System.nanoTime() - began) / 1e6);
      assertThat(arrived).isNotEmpty();
      assertThat(village.client.leases).hasSize(1);
    }
  }
}
