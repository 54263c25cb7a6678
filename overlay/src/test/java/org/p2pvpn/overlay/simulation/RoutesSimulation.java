package org.p2pvpn.overlay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.overlay.control.ClassReport;
import org.p2pvpn.overlay.control.LeaseDesk;
import org.p2pvpn.overlay.control.TrafficClass;
import org.p2pvpn.overlay.packet.Packets;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;

/** A client of two exits, each for a class of traffic. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class RoutesSimulation {
  private static final int IPV4 = 0xF800_0005;
  private static final AddressGuard.Pair WEB =
      new AddressGuard.Pair(0x0808_0808, 0x2001_0DB8L << 32, 8);

  @TempDir private Path folder;

  /** Lends the same to everybody, or with {@code gives} something else to who asks again. */
  private record Desk(long prefix, boolean gives) implements LeaseDesk {
    @Override
    public LeaseGrant lend(byte[] clientNodeId, int salt, long nowNanos) {
      int number = salt != 0 && gives ? 1 : 0;
      return new LeaseGrant(IPV4 + number, 0xFD71_0000_0000_0000L | prefix, 5 + number, 0);
    }

    @Override
    public void release(byte[] clientNodeId) {}

    @Override
    public int clients() {
      return 1;
    }
  }

  private static TrafficClass rule(String exit) {
    return new TrafficClass(1, "rule", List.of("user alice"), exit, 1, "balanced", 0);
  }

  private static ClassReport route(SimulatedNode client) {
    return client.control.snapshot().routes().getFirst();
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
  void aPacketsSourceSaysWhichExitItLeavesBy() {
    try (Simulation simulation = new Simulation(folder)) {
      SimulatedNode client = simulation.node(1);
      SimulatedNode one = simulation.node(2);
      SimulatedNode two = simulation.node(3);
      one.control.serve(new Desk(1, true));
      two.control.serve(new Desk(2, true));
      simulation.connect(client, one);
      simulation.connect(client, two);
      client.control.paths().use(TrafficClass.rest(one.name(), 1, "balanced"));
      client.control.paths().use(rule(two.name()));
      Await.until(
          () ->
              client.control.snapshot().exitState().equals("connected")
                  && route(client).state().equals("connected"),
          () -> simulation.failure(client.control.snapshot().toString()));
      assertThat(client.leases.stream().map(LeaseGrant::ipv4).distinct()).hasSize(2);
      for (LeaseGrant grant : List.copyOf(client.leases)) {
        AddressGuard.Pair lease =
            new AddressGuard.Pair(grant.ipv4(), grant.ipv6High(), grant.ipv6Low());
        SimulatedNode lender = grant.ipv6High() == 0xFD71_0000_0000_0001L ? one : two;
        byte[] question = Packets.ipv4(lease, WEB, new byte[30]);
        client.write(question);
        assertArrives(simulation, lender, question);
        byte[] answer = Packets.ipv6(WEB, lease, new byte[60]);
        lender.write(answer);
        assertArrives(simulation, client, answer);
      }
      client.write(Packets.ipv4(client.addresses(), WEB, new byte[30]));
      Await.until(
          () -> client.count("drop_no_route") == 1,
          () -> simulation.failure(client.control.snapshot().counters().toString()));
    }
  }

  @Test
  void anExitThatHasOnlyTheOthersAddressIsRefusedAndTheOtherGoesOn() {
    try (Simulation simulation = new Simulation(folder)) {
      SimulatedNode client = simulation.node(1);
      SimulatedNode one = simulation.node(2);
      SimulatedNode two = simulation.node(3);
      one.control.serve(new Desk(1, false));
      two.control.serve(new Desk(2, false));
      simulation.connect(client, one);
      simulation.connect(client, two);
      client.control.paths().use(TrafficClass.rest(one.name(), 1, "balanced"));
      Await.until(
          () -> client.control.snapshot().exitState().equals("connected"),
          () -> simulation.failure(client.control.snapshot().toString()));
      client.control.paths().use(rule(two.name()));
      Await.until(
          () -> route(client).state().equals("refused"),
          () -> simulation.failure(client.control.snapshot().toString()));
      assertThat(route(client).refusal()).startsWith("it lends the address that ");
      assertThat(route(client).leaseAddresses()).isEmpty();
      byte[] packet = Packets.ipv4(new AddressGuard.Pair(IPV4, 0, 0), WEB, new byte[30]);
      client.write(packet);
      assertArrives(simulation, one, packet);
    }
  }
}
