package org.p2pvpn.overlay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.identity.InviteToken;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class TwoNodeSimulation {
  @TempDir private Path folder;
  private Simulation simulation = new Simulation(Path.of("set below"));

  @BeforeEach
  void begin() {
    simulation = new Simulation(folder);
  }

  @AfterEach
  void end() {
    simulation.close();
  }

  @ParameterizedTest
  @EnumSource
  void packetsGoBothWaysUnchanged(Suite suite) {
    SimulatedNode alice = simulation.node(1, suite);
    SimulatedNode bob = simulation.node(2, suite);
    simulation.connect(alice, bob);
    Mailbag there = simulation.bag(alice, bob);
    Mailbag back = simulation.bag(bob, alice);
    for (int turn = 0; turn < 20; turn++) {
      simulation.exchange(there, back, 50);
    }
    assertThat(alice.count("drop_forged") + bob.count("drop_forged")).isZero();
    assertThat(alice.report(bob).sentBytes()).isEqualTo(bob.report(alice).receivedBytes());
  }

  @Test
  void thePacketThatWakesASessionArrives() {
    SimulatedNode alice = simulation.node(1);
    SimulatedNode bob = simulation.node(2);
    bob.knows(alice);
    alice.calls(bob, bob.endpoint());
    simulation.bag(alice, bob).send(5);
    simulation.awaitAll();
  }

  @Test
  void twoThatCallAtOnceEndUpConnected() {
    SimulatedNode alice = simulation.node(1);
    SimulatedNode bob = simulation.node(2);
    bob.knows(alice);
    alice.calls(bob, bob.endpoint());
    bob.calls(alice, alice.endpoint());
    simulation.awaitConnected(alice, bob);
    simulation.exchange(simulation.bag(alice, bob), simulation.bag(bob, alice), 100);
  }

  @Test
  void rekeysLoseNoPacket() {
    SimulatedNode alice = simulation.node(1);
    SimulatedNode bob = simulation.node(2);
    simulation.connect(alice, bob);
    Mailbag there = simulation.bag(alice, bob);
    Mailbag back = simulation.bag(bob, alice);
    for (int turn = 0; turn < 12; turn++) {
      SimulatedNode caller = turn % 2 == 0 ? alice : bob;
      SimulatedNode called = turn % 2 == 0 ? bob : alice;
      long before = caller.count("handshakes_completed");
      caller.calls(called, called.endpoint());
      simulation.exchange(there, back, 20);
      Await.until(
          () -> caller.count("handshakes_completed") > before,
          () -> simulation.failure("no new epoch: " + caller.report(called)));
      simulation.exchange(there, back, 20);
    }
    assertThat(alice.count("handshakes_completed")).isGreaterThanOrEqualTo(13);
  }

  @Test
  void aPeerThatRestartsElsewhereIsFoundAgain() {
    SimulatedNode alice = simulation.node(1);
    SimulatedNode bob = simulation.node(2);
    simulation.connect(alice, bob);
    Mailbag there = simulation.bag(alice, bob);
    Mailbag back = simulation.bag(bob, alice);
    simulation.exchange(there, back, 20);

    SimulatedNode again = simulation.restart(bob);
    long before = alice.count("handshakes_completed");
    again.calls(alice, alice.endpoint());
    Await.until(
        () -> alice.count("handshakes_completed") > before && again.isConnectedTo(alice),
        () -> simulation.failure(again.report(alice).toString()));
    back.send(20);
    simulation.awaitAll();
    simulation.exchange(there, back, 20);
  }

  @Test
  void whoLeavesIsCalledAgainWhenThereIsAPacketForIt() {
    SimulatedNode alice = simulation.node(1);
    SimulatedNode bob = simulation.node(2);
    simulation.connect(alice, bob);
    alice.control.leave();
    Await.until(
        () -> !bob.isConnectedTo(alice) || bob.count("handshakes_completed") > 1,
        () -> simulation.failure(bob.report(alice).toString()));
    Mailbag back = simulation.bag(bob, alice);
    back.send(10);
    simulation.awaitAll();
    simulation.exchange(simulation.bag(alice, bob), back, 10);
  }

  @Test
  void aPeerWhoseAddressChangesIsFollowed() {
    SimulatedNode alice = simulation.node(1);
    SimulatedNode bob = simulation.node(2);
    LossyLink link = simulation.link(alice, bob, LossyLink.Weather.FINE);
    bob.knows(alice);
    alice.calls(bob, link.rightSeenFromLeft());
    simulation.awaitConnected(alice, bob);
    Mailbag there = simulation.bag(alice, bob);
    Mailbag back = simulation.bag(bob, alice);
    simulation.exchange(there, back, 20);
    for (int move = 0; move < 5; move++) {
      String before = bob.report(alice).endpoint();
      link.leftMoves(simulation.seed + move);
      there.send(5);
      simulation.awaitAll();
      simulation.exchange(there, back, 20);
      assertThat(bob.report(alice).endpoint()).isNotEqualTo(before);
    }
    assertThat(bob.count("roamed")).isGreaterThanOrEqualTo(5);
    assertThat(bob.count("handshakes_completed")).isEqualTo(1);
  }

  @Test
  void aStrangerIsRefusedAndLearnsWhy() {
    SimulatedNode alice = simulation.node(1);
    SimulatedNode mallory = simulation.node(3);
    mallory.calls(alice, alice.endpoint());
    Await.until(
        () -> !mallory.refusals.isEmpty(),
        () -> simulation.failure(mallory.report(alice).toString()));
    assertThat(mallory.refusals.peek()).contains("does not know this node");
    assertThat(alice.control.snapshot().peers()).isEmpty();
  }

  @Test
  void anInviteLetsOneStrangerInAndNoSecond() {
    SimulatedNode alice = simulation.node(1);
    SimulatedNode bob = simulation.node(2);
    SimulatedNode carol = simulation.node(3);
    InviteToken token = alice.control.issueToken(Duration.ofMinutes(1), false);
    bob.callsWith(token, alice);
    Await.until(
        () -> bob.isConnectedTo(alice), () -> simulation.failure(bob.report(alice).toString()));
    simulation.awaitConnected(alice, bob);
    simulation.exchange(simulation.bag(alice, bob), simulation.bag(bob, alice), 10);
    carol.callsWith(token, alice);
    Await.until(
        () -> !carol.refusals.isEmpty(), () -> simulation.failure(carol.report(alice).toString()));
    assertThat(alice.control.snapshot().peers()).hasSize(1);
  }

  @Test
  void aPingComesBack() {
    SimulatedNode alice = simulation.node(1);
    SimulatedNode bob = simulation.node(2);
    simulation.connect(alice, bob);
    assertThat(alice.control.ping("node-2", Duration.ofSeconds(30))).isPositive();
  }
}
