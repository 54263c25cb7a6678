package org.p2pvpn.overlay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.control.LeaseDesk;
import org.p2pvpn.overlay.control.TrafficClass;
import org.p2pvpn.overlay.packet.Packets;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.transport.Driver;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;

/**
 * Client, relays and exit; every relay is connected with all others, and the test is the internet.
 */
final class Village implements AutoCloseable {
  private static final LeaseGrant GRANT =
      new LeaseGrant(0xF800_0005, 0xFD71_0000_0000_0001L, 5, 0xF800_0001);
  static final AddressGuard.Pair LEASE =
      new AddressGuard.Pair(GRANT.ipv4(), GRANT.ipv6High(), GRANT.ipv6Low());
  static final AddressGuard.Pair WEB = new AddressGuard.Pair(0x0808_0808, 0x2001_0DB8L << 32, 8);

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

  final Simulation simulation;
  final SimulatedNode client;
  final List<SimulatedNode> relays = new ArrayList<>();

  /** Between the client and each relay, in the same order; empty where they touch. */
  final List<LossyLink> links = new ArrayList<>();

  final SimulatedNode exit;

  Village(Path folder, int relayCount) {
    this(folder, relayCount, 1);
  }

  Village(Path folder, int relayCount, int shards) {
    this(folder, relayCount, shards, false);
  }

  /** {@code linked}: the client reaches the relays by links that may lose things. */
  Village(Path folder, int relayCount, int shards, boolean linked) {
    simulation = new Simulation(folder);
    client = node(1, shards);
    exit = node(2, shards);
    exit.control.serve(new OneLease());
    for (int i = 0; i < relayCount; i++) {
      SimulatedNode relay = node(3 + i, shards);
      if (linked) {
        LossyLink link = simulation.link(client, relay, LossyLink.Weather.FINE);
        links.add(link);
        relay.knows(client);
        client.calls(relay, link.rightSeenFromLeft());
        simulation.awaitConnected(client, relay);
      } else {
        simulation.connect(client, relay);
      }
      simulation.connect(relay, exit);
      relays.forEach(other -> simulation.connect(relay, other));
      relays.add(relay);
    }
    client.knows(exit);
  }

  private SimulatedNode node(int number, int shards) {
    return simulation.node(number, Suite.AESGCM_SHA256, Driver.EPOLL, shards);
  }

  void use(int hops) {
    client.control.paths().use(TrafficClass.rest(exit.name(), hops, "balanced"));
    Await.until(
        () -> !client.leases.isEmpty(),
        () -> simulation.failure(client.control.snapshot().toString() + exit.control.snapshot()));
  }

  /** Until the path in use and the spare stand. */
  void awaitSpare() {
    Await.until(
        () -> {
          var circuits = client.control.snapshot().circuits();
          return circuits.size() == 2
              && circuits.stream().allMatch(circuit -> circuit.state().equals("open"));
        },
        () -> simulation.failure(client.control.snapshot().toString()));
  }

  /** The guard of the path in use. */
  SimulatedNode guard() {
    String name = client.control.snapshot().circuits().getFirst().hops().getFirst().name();
    return relays.stream().filter(relay -> relay.name().equals(name)).findFirst().orElseThrow();
  }

  void assertRoundTrip(byte[] payload) {
    byte[] there = Packets.ipv4(LEASE, WEB, payload);
    client.write(there);
    assertArrives(exit, there);
    byte[] back = Packets.ipv6(WEB, LEASE, payload);
    exit.write(back);
    assertArrives(client, back);
  }

  private void assertArrives(SimulatedNode at, byte[] packet) {
    List<byte[]> arrived = new ArrayList<>();
    Await.until(
        () -> {
          at.receive(arrived);
          return !arrived.isEmpty();
        },
        () ->
            simulation.failure(
                client.control.snapshot().counters() + "\n" + exit.control.snapshot().counters()));
    assertThat(arrived).containsExactly(packet);
  }

  /** Numbered packets both ways at a steady rate, on a thread of the test. */
  final class Traffic {
    private final boolean[] there = new boolean[100_000];
    private final boolean[] back = new boolean[100_000];
    private final long began = System.nanoTime();
    private final int payloadBytes;
    private int sent;
    private long lastThereNanos = began;

    /** The longest time in which nothing reached the exit. */
    long gapNanos;

    Traffic() {
      this(100);
    }

    Traffic(int payloadBytes) {
      this.payloadBytes = payloadBytes;
    }

    /** 1000 packets a second each way; {@code during} is called once after each. */
    void run(int packets, Runnable during) {
      for (int i = 0; i < packets; i++) {
        byte[] number = ByteBuffer.allocate(payloadBytes).putInt(sent++).array();
        client.write(Packets.ipv4(LEASE, WEB, number));
        exit.write(Packets.ipv4(WEB, LEASE, number));
        during.run();
        collect();
        long next = began + TimeUnit.MILLISECONDS.toNanos(sent);
        while (System.nanoTime() - next < 0) {
          LockSupport.parkNanos(200_000);
        }
      }
    }

    void collect() {
      if (mark(exit, there) > 0) {
        long now = System.nanoTime();
        gapNanos = Math.max(gapNanos, now - lastThereNanos);
        lastThereNanos = now;
      }
      mark(client, back);
    }

    private static int mark(SimulatedNode at, boolean[] seen) {
      List<byte[]> packets = new ArrayList<>();
      at.receive(packets);
      for (byte[] packet : packets) {
        int number = ByteBuffer.wrap(packet).getInt(28);
        assertThat(seen[number]).as("packet " + number + " came twice").isFalse();
        seen[number] = true;
      }
      return packets.size();
    }

    int sent() {
      return sent;
    }

    int lostThere() {
      return lost(there);
    }

    int lostBack() {
      return lost(back);
    }

    private int lost(boolean[] seen) {
      int lost = 0;
      for (int i = 0; i < sent; i++) {
        lost += seen[i] ? 0 : 1;
      }
      return lost;
    }

    /** Every packet arrives, now or soon. */
    void assertNothingLost() {
      Await.within(
          TimeUnit.SECONDS.toNanos(3),
          () -> {
            collect();
            return lostThere() + lostBack() == 0;
          });
      assertThat(lostThere() + " there, " + lostBack() + " back of " + sent)
          .as(() -> simulation.failure(client.control.snapshot().toString()))
          .isEqualTo("0 there, 0 back of " + sent);
    }
  }

  @Override
  public void close() {
    simulation.close();
  }
}
