package org.p2pvpn.overlay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad weather: what arrives is what was sent, once; the session comes up and stays up. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class LossSimulation {
  private static final int TURNS = 20;
  private static final int PACKETS = 10;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void whatArrivesIsWhatWasSentAndCameOnce(int round) {
    try (Simulation simulation = new Simulation(folder)) {
      SimulatedNode alice = simulation.node(10 * round + 1);
      SimulatedNode bob = simulation.node(10 * round + 2);
      LossyLink link = simulation.link(alice, bob, new LossyLink.Weather(15, 15, 20, 15));
      bob.knows(alice);
      alice.calls(bob, link.rightSeenFromLeft());
      // Bob may not know yet that Alice has the keys: her first messages may be among the lost.
      Await.until(
          () -> alice.isConnectedTo(bob), () -> simulation.failure(alice.report(bob).toString()));
      Mailbag there = simulation.bag(alice, bob);
      Mailbag back = simulation.bag(bob, alice);
      for (int turn = 0; turn < TURNS; turn++) {
        if (turn % 10 == 9) {
          alice.calls(bob, link.rightSeenFromLeft());
        }
        there.send(PACKETS);
        back.send(PACKETS);
        // Some are lost: wait for the others, not for all.
        int enough = there.received() + PACKETS / 2;
        Await.within(
            TimeUnit.MILLISECONDS.toNanos(300),
            () -> {
              simulation.collect();
              return there.received() >= enough;
            });
      }
      Await.until(
          () -> {
            simulation.collect();
            return there.received() > there.sent() / 2 && back.received() > back.sent() / 2;
          },
          () -> simulation.failure(there + ", " + back));
      assertThat(bob.count("drop_forged") + alice.count("drop_forged"))
          .as(simulation.failure("damaged datagrams were seen as such"))
          .isPositive();
      assertThat(bob.count("drop_replayed") + alice.count("drop_replayed"))
          .as(simulation.failure("doubled datagrams were seen as such"))
          .isPositive();
    }
  }
}
