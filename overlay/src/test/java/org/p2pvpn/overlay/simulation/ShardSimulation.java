package org.p2pvpn.overlay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.transport.Driver;
import org.p2pvpn.overlay.transport.TransportException;

/** Several event loops a node: each epoch is opened by one, whichever socket it reaches. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class ShardSimulation {
  private static final int NODES = 5;

  @TempDir private Path folder;

  @Test
  void fourShardsLoseNothingThroughRekeys() {
    assertAllArrives(Driver.EPOLL, 4);
  }

  @Test
  void ioUringLosesNothingThroughRekeys() {
    try {
      Driver.of("io_uring");
    } catch (TransportException e) {
      Assumptions.abort(e.getMessage());
    }
    assertAllArrives(Driver.IO_URING, 2);
  }

  private void assertAllArrives(Driver driver, int shards) {
    try (Simulation simulation = new Simulation(folder)) {
      SimulatedNode hub = simulation.node(1, Suite.AESGCM_SHA256, driver, shards);
      List<SimulatedNode> others = new ArrayList<>();
      List<Mailbag> bags = new ArrayList<>();
      for (int number = 2; number <= NODES; number++) {
        SimulatedNode other = simulation.node(number, Suite.AESGCM_SHA256, driver, shards);
        simulation.connect(other, hub);
        others.add(other);
        bags.add(simulation.bag(other, hub));
        bags.add(simulation.bag(hub, other));
      }
      for (int turn = 0; turn < 20; turn++) {
        if (turn % 5 == 4) {
          SimulatedNode caller = others.get(turn / 5 % others.size());
          caller.calls(hub, hub.endpoint());
        }
        bags.forEach(bag -> bag.send(10));
        simulation.awaitAll();
      }
      assertThat(hub.count("drop_forged")).isZero();
      assertThat(hub.count("drop_replayed")).isZero();
      assertThat(hub.count("drop_unknown_index")).isZero();
    }
  }
}
