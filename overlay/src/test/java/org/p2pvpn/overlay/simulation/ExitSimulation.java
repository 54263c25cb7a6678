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
import org.p2pvpn.overlay.control.TrafficClass;
import org.p2pvpn.overlay.packet.Packets;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;

/** A client and its exit, where the test is the internet behind the exit's TUN device. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ExitSimulation {
  private static final LeaseGrant GRANT =
      new LeaseGrant(0xF800_0005, 0xFD71_0000_0000_0001L, 5, 0xF800_0001);
  private static final AddressGuard.Pair LEASE =
      new AddressGuard.Pair(GRANT.ipv4(), GRANT.ipv6High(), GRANT.ipv6Low());
  private static final AddressGuard.Pair WEB =
      new AddressGuard.Pair(0x0808_0808, 0x2001_0DB8L << 32, 8);

  @TempDir private Path folder;

  private static final class OneLease implements LeaseDesk {
    @Override
    public LeaseGrant lend(byte[] clientNodeId, int salt, long nowNanos) {
      return GRANT;
    }

    @Override
    public void release(byte[] clientNodeId) {}

    @Override
    public int clients() {
      return 1;
    }
  }

  private static void assertArrives(Simulation simulation, SimulatedNode at, byte[] packet) {
    List<byte[]> arrived = new ArrayList<>();
    Await.until(
        () -> {
          at.receive(arrived);
          return !arrived.isEmpty();
        },
        () -> simulation.failure(at.control.snapshot().counters().toString()));
    assertThat(arrived).containsExactly(packet);
  }

  @Test
  void aClientReachesTheInternetFromItsLeaseAndIsAnswered() {
    try (Simulation simulation = new Simulation(folder)) {
      SimulatedNode client = simulation.node(1);
      SimulatedNode exit = simulation.node(2);
      exit.control.serve(new OneLease());
      simulation.connect(client, exit);
      client.control.paths().use(TrafficClass.rest(exit.name(), 1, "balanced"));
      Await.until(
          () -> !client.leases.isEmpty(),
          () -> simulation.failure(client.control.snapshot().toString()));
      assertThat(client.leases).containsExactly(GRANT);
      for (byte[][] pair :
          new byte[][][] {
            {Packets.ipv4(LEASE, WEB, new byte[30]), Packets.ipv4(WEB, LEASE, new byte[60])},
            {Packets.ipv6(LEASE, WEB, new byte[30]), Packets.ipv6(WEB, LEASE, new byte[60])}
          }) {
        client.write(pair[0]);
        assertArrives(simulation, exit, pair[0]);
        exit.write(pair[1]);
        assertArrives(simulation, client, pair[1]);
      }
    }
  }

  @Test
  void aNodeThatIsNoExitSaysSo() {
    try (Simulation simulation = new Simulation(folder)) {
      SimulatedNode client = simulation.node(1);
      SimulatedNode peer = simulation.node(2);
      simulation.connect(client, peer);
      client.control.paths().use(TrafficClass.rest(peer.name(), 1, "balanced"));
      Await.until(
          () -> !client.refusals.isEmpty(),
          () -> simulation.failure(client.control.snapshot().toString()));
      assertThat(client.refusals).contains("it is no exit");
      client.write(Packets.ipv4(client.addresses(), WEB, new byte[30]));
      Await.until(
          () -> client.count("drop_no_route") == 1,
          () -> simulation.failure(client.control.snapshot().counters().toString()));
    }
  }
}
