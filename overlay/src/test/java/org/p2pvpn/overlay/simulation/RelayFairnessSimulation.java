package org.p2pvpn.overlay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.overlay.circuit.RelayLimits;
import org.p2pvpn.overlay.control.LeaseDesk;
import org.p2pvpn.overlay.control.TrafficClass;
import org.p2pvpn.overlay.packet.Packets;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;

/** Five clients and one relay with a limit, all of them real nodes; the test is the internet. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class RelayFairnessSimulation {
  private static final int HONEST = 4;
  private static final long LIMIT_BITS = 10_000_000;
  private static final long SHARE_BITS = LIMIT_BITS / (HONEST + 1);
  private static final long RUN_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final int PAYLOAD_BYTES = 1200;

  /** IP and UDP, frame byte, header and tag: what the relay counts. */
  private static final int DATAGRAM_BYTES = PAYLOAD_BYTES + 20 + 8 + 1 + 16 + 16;

  private static final AddressGuard.Pair WEB =
      new AddressGuard.Pair(0x0808_0808, 0x2001_0DB8L << 32, 8);

  @TempDir private Path folder;

  /** To each who asks the next one. */
  private static final class Leases implements LeaseDesk {
    private final List<byte[]> clients = new ArrayList<>();

    @Override
    public LeaseGrant lend(byte[] clientNodeId, int salt, long nowNanos) {
      int known = 0;
      while (known < clients.size() && !Arrays.equals(clients.get(known), clientNodeId)) {
        known++;
      }
      if (known == clients.size()) {
        clients.add(clientNodeId);
      }
      return new LeaseGrant(0xF800_0005 + known, 0xFD71_0000_0000_0001L, 5 + known, 0xF800_0001);
    }

    @Override
    public void release(byte[] clientNodeId) {}

    @Override
    public int clients() {
      return clients.size();
    }
  }

  /** One who sends at a steady rate, and how much of it came. */
  private static final class Sender {
    final SimulatedNode node;
    final byte[] packet;
    final double packetsPerNano;
    final int address;
    int sent;
    int arrived;

    Sender(SimulatedNode node, long bitsPerSecond) {
      this.node = node;
      LeaseGrant grant = node.leases.element();
      address = grant.ipv4();
      packet =
          Packets.ipv4(
              new AddressGuard.Pair(grant.ipv4(), grant.ipv6High(), grant.ipv6Low()),
              WEB,
              new byte[PAYLOAD_BYTES]);
      packetsPerNano = bitsPerSecond / 8e9 / DATAGRAM_BYTES;
    }

    void sendUntil(long elapsedNanos) {
      for (; sent < elapsedNanos * packetsPerNano; sent++) {
        node.write(packet);
      }
    }
  }

  @Test
  void aClientThatAsksForTenTimesItsShareDoesNotTakeTheOthers() {
    try (Simulation simulation = new Simulation(folder)) {
      SimulatedNode exit = simulation.node(1);
      SimulatedNode relay = simulation.node(2);
      exit.control.serve(new Leases());
      simulation.connect(relay, exit);
      List<Sender> senders = new ArrayList<>();
      for (int i = 0; i <= HONEST; i++) {
        SimulatedNode client = simulation.node(3 + i);
        simulation.connect(client, relay);
        client.knows(exit);
        client.control.paths().use(TrafficClass.rest(exit.name(), 2, "balanced"));
        Await.until(
            () -> !client.leases.isEmpty(),
            () -> simulation.failure(client.control.snapshot().toString()));
        // The honest leave a tenth of theirs, for this machine's own pauses.
        senders.add(new Sender(client, i < HONEST ? SHARE_BITS * 9 / 10 : 10 * SHARE_BITS));
      }
      relay.control.relay(new RelayLimits(LIMIT_BITS, 0, 100, 10, 10, 20), () -> 0.0);
      run(senders, exit);
      String result = simulation.failure(report(senders) + relay.control.snapshot().counters());
      for (Sender honest : senders.subList(0, HONEST)) {
        assertThat(honest.arrived).as(result).isGreaterThan(honest.sent * 9 / 10);
      }
      int arrived = senders.stream().mapToInt(sender -> sender.arrived).sum();
      double seconds = RUN_NANOS / 1e9;
      assertThat(arrived * 8.0 * DATAGRAM_BYTES / seconds)
          .as(result)
          .isBetween(LIMIT_BITS * 0.8, LIMIT_BITS * 1.1);
      assertThat(relay.count("drop_relay_late") + relay.count("drop_relay_full")).isPositive();
      assertThat(relay.control.relayLoad()).isGreaterThan(0.25);
    }
  }

  private static void run(List<Sender> senders, SimulatedNode exit) {
    long began = System.nanoTime();
    long elapsed = 0;
    List<byte[]> packets = new ArrayList<>();
    while (elapsed < RUN_NANOS) {
      elapsed = System.nanoTime() - began;
      for (Sender sender : senders) {
        sender.sendUntil(elapsed);
      }
      LockSupport.parkNanos(500_000);
      exit.receive(packets);
    }
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    exit.receive(packets);
    for (byte[] packet : packets) {
      int source = java.nio.ByteBuffer.wrap(packet).getInt(12);
      senders.stream()
          .filter(sender -> sender.address == source)
          .forEach(sender -> sender.arrived++);
    }
  }

  private static String report(List<Sender> senders) {
    return senders.stream().map(sender -> sender.arrived + " of " + sender.sent).toList() + " ";
  }
}
