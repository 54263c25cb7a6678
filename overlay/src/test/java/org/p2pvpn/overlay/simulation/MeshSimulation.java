package org.p2pvpn.overlay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.packet.Packets;
import org.p2pvpn.overlay.session.AddressGuard;

@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class MeshSimulation {
  private static final int NODES = 20;
  private static final int PACKETS_EACH = 3;

  @TempDir private Path folder;

  @Test
  void twentyNodesAllReachEachOther() {
    try (Simulation simulation = new Simulation(folder)) {
      List<SimulatedNode> nodes = new ArrayList<>();
      for (int number = 1; number <= NODES; number++) {
        Suite suite = number % 2 == 0 ? Suite.AESGCM_SHA256 : Suite.CHACHAPOLY_BLAKE2S;
        nodes.add(simulation.node(number, suite));
      }
      meet(nodes, new Random(simulation.seed));
      List<Mailbag> bags = new ArrayList<>();
      for (SimulatedNode from : nodes) {
        for (SimulatedNode to : nodes) {
          if (from != to) {
            simulation.awaitConnected(from, to);
            bags.add(simulation.bag(from, to));
          }
        }
      }
      Collections.shuffle(bags, new Random(simulation.seed));
      bags.forEach(bag -> bag.send(PACKETS_EACH));
      simulation.awaitAll();
      for (SimulatedNode node : nodes) {
        assertThat(node.count("drop_forged")).isZero();
        assertThat(node.count("drop_source_not_allowed")).isZero();
      }
    }
  }

  /** Each knows all others before anybody calls; of each two, one calls. */
  private static void meet(List<SimulatedNode> nodes, Random random) {
    for (SimulatedNode one : nodes) {
      nodes.stream().filter(other -> other != one).forEach(one::knows);
    }
    for (int i = 0; i < nodes.size(); i++) {
      for (int j = 0; j < i; j++) {
        boolean forward = random.nextBoolean();
        SimulatedNode caller = nodes.get(forward ? i : j);
        SimulatedNode called = nodes.get(forward ? j : i);
        caller.calls(called, called.endpoint());
      }
    }
  }

  @Test
  void aPeerCannotSpeakForAnotherNorUseUsAsARouter() {
    try (Simulation simulation = new Simulation(folder)) {
      SimulatedNode alice = simulation.node(1);
      SimulatedNode bob = simulation.node(2);
      SimulatedNode mallory = simulation.node(3);
      simulation.connect(alice, bob);
      simulation.connect(mallory, bob);
      mallory.write(Packets.ipv6(alice.addresses(), bob.addresses(), new byte[20]));
      mallory.write(Packets.ipv4(alice.addresses(), bob.addresses(), new byte[20]));
      AddressGuard.Pair web = new AddressGuard.Pair(0x0808_0808, 0x2001_0DB8L << 32, 1);
      mallory.write(Packets.ipv6(web, bob.addresses(), new byte[20]));
      Await.until(
          () -> bob.count("drop_source_not_allowed") == 3,
          () -> simulation.failure(bob.control.snapshot().counters().toString()));
      // Mallory's own packets still arrive, and nothing of the others did.
      simulation.exchange(simulation.bag(mallory, bob), simulation.bag(bob, mallory), 10);
    }
  }
}
