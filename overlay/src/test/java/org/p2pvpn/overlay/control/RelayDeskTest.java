package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.circuit.RelayLimits;
import org.p2pvpn.overlay.circuit.RelayTable;
import org.p2pvpn.overlay.circuit.RelayedCircuit;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.session.Epochs;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.ControlMessage.ExtendRefused;
import org.p2pvpn.overlay.wire.ControlMessage.Extended;
import org.p2pvpn.overlay.wire.ExtendRefusal;

final class RelayDeskTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final PeerBook book = new PeerBook(Path.of("never written"), TestPeers.OWN);
  private final Peer alice = connected(1);
  private final Peer bob = connected(2);
  private final Peer carol = connected(3);
  private final Peer sleeper = TestPeers.add(book, 4, "sleeper", Peer.Origin.CONFIG);
  private final NodeId own = TestPeers.address(9, null).nodeId();
  private final RelayTable circuits = new RelayTable();
  private final EpochTable epochs = new EpochTable(1);
  private final ControlCounters counters = new ControlCounters();
  private final Outbox outbox = new Outbox();
  private final RelayDesk desk = new RelayDesk(own, book, circuits, epochs, counters, outbox);

  private static final class Outbox implements RelayDesk.Outlet {
    final List<ControlMessage> answers = new ArrayList<>();
    final List<Peer> to = new ArrayList<>();
    final List<Peer> called = new ArrayList<>();

    @Override
    public void send(Peer peer, ControlMessage message) {
      answers.add(message);
      to.add(peer);
    }

    @Override
    public void call(Peer peer, long nowNanos) {
      called.add(peer);
    }
  }

  private Peer connected(int number) {
    Peer peer = TestPeers.add(book, number, "node-" + number, Peer.Origin.CONFIG);
    TestPeers.connect(peer, 0);
    return peer;
  }

  private long count(String counter) {
    Map<String, Long> sums = new TreeMap<>();
    counters.addTo(sums);
    return sums.getOrDefault(counter, 0L);
  }

  private void assertOpens(Peer previous, int index, Peer next, long now) {
    desk.onExtend(previous, index, next.id, now);
    assertLast(previous, new Extended(index));
  }

  private void assertRefuses(
      Peer previous, int index, NodeId next, ExtendRefusal reason, long now) {
    int before = desk.count();
    long counted = count("extend_refused_" + reason.name().toLowerCase(java.util.Locale.ROOT));
    desk.onExtend(previous, index, next, now);
    assertLast(previous, new ExtendRefused(index, reason));
    assertThat(desk.count()).isEqualTo(before);
    assertThat(count("extend_refused_" + reason.name().toLowerCase(java.util.Locale.ROOT)))
        .isEqualTo(counted + 1);
  }

  private void assertLast(Peer to, ControlMessage answer) {
    assertThat(outbox.answers.getLast()).isEqualTo(answer);
    assertThat(outbox.to.getLast()).isSameAs(to);
  }

  private RelayedCircuit circuit(int index) {
    RelayedCircuit circuit = circuits.find(index);
    if (circuit == null) {
      throw new AssertionError("no circuit " + index);
    }
    return circuit;
  }

  @Test
  void leadsToANodeThatIsConnected() {
    assertOpens(alice, 7, bob, 0);
    assertThat(circuit(7).previous()).isSameAs(alice.session);
    assertThat(circuit(7).next()).isSameAs(bob.session);
    assertThat(desk.count()).isEqualTo(1);
    assertThat(desk.count()).isPositive();
  }

  @Test
  void relaysForNobodyWhenToldSo() {
    desk.close();
    assertRefuses(alice, 7, bob.id, ExtendRefusal.NO_RELAY, 0);
  }

  @Test
  void relaysForNoHopOfItsOwn() {
    Peer hop = book.addPassing(bob.id, bob.signingKey, bob.staticKey, Peer.Origin.HOP, null, 0);
    assertRefuses(hop, 7, carol.id, ExtendRefusal.NO_RELAY, 0);
    assertRefuses(hop, 7, own, ExtendRefusal.NO_RELAY, 0);
  }

  @Test
  void leadsToNobodyItDoesNotKnow() {
    NodeId stranger = TestPeers.address(8, null).nodeId();
    assertRefuses(alice, 7, stranger, ExtendRefusal.UNKNOWN_NODE, 0);
  }

  @Test
  void leadsNotToItselfAndNotBack() {
    assertRefuses(alice, 7, own, ExtendRefusal.LOOP, 0);
    assertRefuses(alice, 7, alice.id, ExtendRefusal.LOOP, 0);
  }

  @Test
  void aCircuitsEndCannotBeAskedFor() {
    Peer end =
        book.addPassing(
            TestPeers.address(7, null).nodeId(),
            bob.signingKey,
            bob.staticKey,
            Peer.Origin.CIRCUIT,
            null,
            0);
    assertRefuses(alice, 7, end.id, ExtendRefusal.UNKNOWN_NODE, 0);
  }

  @Test
  void takesNoIndexThatAnybodyHas() {
    assertOpens(alice, 7, bob, 0);
    assertRefuses(alice, 0, bob.id, ExtendRefusal.INDEX_IN_USE, 0);
    assertRefuses(alice, 7, carol.id, ExtendRefusal.INDEX_IN_USE, 0);
    assertRefuses(carol, 7, bob.id, ExtendRefusal.INDEX_IN_USE, 0);
    assertRefuses(alice, 7 + (1 << 16), bob.id, ExtendRefusal.INDEX_IN_USE, 0);
    epochs.add(new Epoch(bob.session, Epochs.keys(Suite.AESGCM_SHA256, 1, 2), 9, 2, true, 1, 0));
    assertRefuses(alice, 9, bob.id, ExtendRefusal.INDEX_IN_USE, 0);
    assertThat(circuit(7).previous()).isSameAs(alice.session);
  }

  @Test
  void askedAgainItSaysTheSameWithoutASecondCircuit() {
    assertOpens(alice, 7, bob, 0);
    RelayedCircuit first = circuit(7);
    assertOpens(alice, 7, bob, SECOND);
    assertThat(circuit(7)).isSameAs(first);
    assertThat(desk.count()).isEqualTo(1);
    desk.onRetract(alice, 7);
    assertThat(desk.count()).isZero();
    assertThat(desk.count()).isZero();
  }

  @Test
  void aPeerHasSoManyHalfBuiltOnes() {
    desk.set(new RelayLimits(0, 0, 100, 50, 3, 100), _ -> 0, 0);
    for (int index = 1; index <= 3; index++) {
      assertOpens(alice, index, bob, 0);
    }
    assertRefuses(alice, 4, bob.id, ExtendRefusal.TOO_MANY, 0);
    assertOpens(carol, 4, bob, 0);
    circuit(2).onReturned(1);
    assertOpens(alice, 5, bob, 0);
    assertRefuses(alice, 6, bob.id, ExtendRefusal.TOO_MANY, 0);
  }

  @Test
  void aPeerHasSoManyCircuits() {
    desk.set(new RelayLimits(0, 0, 100, 5, 50, 100), _ -> 0, 0);
    for (int index = 1; index <= 5; index++) {
      assertOpens(alice, index, bob, 0);
      circuit(index).onReturned(1);
    }
    assertRefuses(alice, 6, bob.id, ExtendRefusal.TOO_MANY, 0);
    assertOpens(carol, 6, bob, 0);
  }

  @Test
  void allTogetherHaveSoManyCircuits() {
    desk.set(new RelayLimits(0, 0, 2, 50, 50, 100), _ -> 0, 0);
    assertOpens(alice, 1, bob, 0);
    assertOpens(carol, 2, bob, 0);
    assertRefuses(carol, 3, bob.id, ExtendRefusal.BUSY, 0);
    desk.onRetract(alice, 1);
    assertOpens(carol, 3, bob, 0);
  }

  @Test
  void aBurstIsTwoSecondsWorthAndThenSoManyASecond() {
    desk.set(new RelayLimits(0, 0, 1000, 1000, 1000, 5), _ -> 0, 0);
    for (int index = 1; index <= 10; index++) {
      assertOpens(alice, index, bob, 0);
    }
    assertRefuses(alice, 11, bob.id, ExtendRefusal.TOO_FAST, 0);
    assertOpens(carol, 11, bob, 0);
    assertRefuses(alice, 12, bob.id, ExtendRefusal.TOO_FAST, SECOND / 5 - 1_000);
    assertOpens(alice, 12, bob, SECOND / 5 + 1_000);
    assertRefuses(alice, 13, bob.id, ExtendRefusal.TOO_FAST, SECOND / 5 + 1_000);
    for (int index = 20; index < 30; index++) {
      assertOpens(alice, index, bob, 60 * SECOND);
    }
    assertRefuses(alice, 31, bob.id, ExtendRefusal.TOO_FAST, 60 * SECOND);
  }

  @Test
  void aRefusedWishCostsItsTurnToo() {
    desk.set(new RelayLimits(0, 0, 1000, 1000, 1000, 1), _ -> 0, 0);
    assertRefuses(alice, 7, own, ExtendRefusal.LOOP, 0);
    assertRefuses(alice, 7, own, ExtendRefusal.LOOP, 0);
    assertRefuses(alice, 7, own, ExtendRefusal.TOO_FAST, 0);
  }

  @Test
  void aHalfBuiltCircuitEndsSoon() {
    assertOpens(alice, 7, bob, 0);
    circuit(7).onForwarded(RelayDesk.HALF_BUILT_NANOS - 1);
    desk.onTick(RelayDesk.HALF_BUILT_NANOS - 1);
    assertThat(circuits.find(7)).isNotNull();
    desk.onTick(RelayDesk.HALF_BUILT_NANOS);
    assertThat(circuits.find(7)).isNull();
    assertThat(desk.count()).isZero();
  }

  @Test
  void anIdleCircuitEndsWithTheKeysItWasMadeFor() {
    assertOpens(alice, 7, bob, 0);
    circuit(7).onReturned(5 * SECOND);
    desk.onTick(5 * SECOND + RelayDesk.IDLE_NANOS - 1);
    assertThat(circuits.find(7)).isNotNull();
    circuit(7).onForwarded(100 * SECOND);
    desk.onTick(5 * SECOND + RelayDesk.IDLE_NANOS);
    assertThat(circuits.find(7)).isNotNull();
    desk.onTick(100 * SECOND + RelayDesk.IDLE_NANOS);
    assertThat(circuits.find(7)).isNull();
    assertThat(desk.count()).isZero();
  }

  @Test
  void onlyItsOwnerRetractsACircuit() {
    assertOpens(alice, 7, bob, 0);
    desk.onRetract(bob, 7);
    desk.onRetract(carol, 7);
    desk.onRetract(alice, 8);
    assertThat(circuits.find(7)).isNotNull();
    assertThat(desk.count()).isEqualTo(1);
    desk.onRetract(alice, 7);
    desk.onRetract(alice, 7);
    assertThat(circuits.find(7)).isNull();
    assertThat(desk.count()).isZero();
  }

  @Test
  void whoIsGoneTakesItsCircuitsWithIt() {
    assertOpens(alice, 7, bob, 0);
    assertOpens(carol, 8, bob, 0);
    desk.onExtend(alice, 9, sleeper.id, 0);
    desk.onGone(alice);
    assertThat(circuits.find(7)).isNull();
    assertThat(circuits.find(8)).isNotNull();
    assertThat(desk.count()).isEqualTo(1);
    int answers = outbox.answers.size();
    TestPeers.connect(sleeper, SECOND);
    desk.onTick(SECOND);
    assertThat(outbox.answers).hasSize(answers);
    assertThat(circuits.find(9)).isNull();
  }

  @Test
  void callsANodeThatIsNotConnectedAndAnswersWhenItIs() {
    desk.onExtend(alice, 7, sleeper.id, 0);
    assertThat(outbox.called).containsExactly(sleeper);
    assertThat(outbox.answers).isEmpty();
    desk.onTick(SECOND);
    assertThat(outbox.answers).isEmpty();
    TestPeers.connect(sleeper, SECOND);
    desk.onTick(SECOND);
    assertLast(alice, new Extended(7));
    assertThat(circuit(7).next()).isSameAs(sleeper.session);
    desk.onTick(2 * SECOND);
    assertThat(outbox.answers).hasSize(1);
  }

  @Test
  void saysThatANodeCannotBeReached() {
    desk.onExtend(alice, 7, sleeper.id, 0);
    desk.onTick(RelayDesk.REACH_WITHIN_NANOS - 1);
    assertThat(outbox.answers).isEmpty();
    desk.onTick(RelayDesk.REACH_WITHIN_NANOS);
    assertLast(alice, new ExtendRefused(7, ExtendRefusal.UNREACHABLE));
    assertThat(outbox.answers).hasSize(1);
  }

  @Test
  void anIndexThatAnotherTookMeanwhileIsNotGivenTwice() {
    desk.onExtend(alice, 7, sleeper.id, 0);
    desk.onExtend(carol, 7, sleeper.id, 0);
    TestPeers.connect(sleeper, SECOND);
    desk.onTick(SECOND);
    assertThat(outbox.answers)
        .containsExactly(new Extended(7), new ExtendRefused(7, ExtendRefusal.INDEX_IN_USE));
    assertThat(circuit(7).previous()).isSameAs(alice.session);
    assertThat(desk.count()).isEqualTo(1);
  }

  @Test
  void limitsHoldForThoseThatWaitedToo() {
    desk.set(new RelayLimits(0, 0, 100, 50, 2, 100), _ -> 0, 0);
    for (int index = 1; index <= 5; index++) {
      desk.onExtend(alice, index, sleeper.id, 0);
    }
    TestPeers.connect(sleeper, SECOND);
    desk.onTick(SECOND);
    assertThat(desk.count()).isEqualTo(2);
    assertLast(alice, new ExtendRefused(5, ExtendRefusal.TOO_MANY));
  }

  @Test
  void aWishThatIsTakenBackWhileItWaitsIsForgotten() {
    desk.onExtend(alice, 7, sleeper.id, 0);
    desk.onRetract(alice, 7);
    TestPeers.connect(sleeper, SECOND);
    desk.onTick(SECOND);
    assertThat(circuits.find(7)).isNull();
    assertThat(desk.count()).isZero();
  }

  @Test
  void aWishRepeatedWhileItWaitsIsOneWish() {
    desk.onExtend(alice, 7, sleeper.id, 0);
    desk.onExtend(alice, 7, sleeper.id, SECOND);
    desk.onTick(RelayDesk.REACH_WITHIN_NANOS);
    desk.onTick(RelayDesk.REACH_WITHIN_NANOS + SECOND);
    assertThat(outbox.answers).hasSize(1);
  }

  @Test
  void soManyMayWait() {
    desk.set(new RelayLimits(0, 0, 1000, 1000, 1000, 1000), _ -> 0, 0);
    for (int index = 1; index <= 256; index++) {
      desk.onExtend(alice, index, sleeper.id, 0);
    }
    assertThat(outbox.answers).isEmpty();
    assertRefuses(alice, 300, sleeper.id, ExtendRefusal.BUSY, 0);
  }

  @Test
  void tenThousandHalfBuiltCircuitsLeaveNothingBehind() {
    desk.set(new RelayLimits(0, 0, 10_000, 10_000, 10_000, 10_000), _ -> 0, 0);
    for (int index = 1; index <= 10_000; index++) {
      desk.onExtend(alice, index, bob.id, 0);
    }
    assertThat(desk.count()).isEqualTo(10_000);
    desk.onTick(RelayDesk.HALF_BUILT_NANOS);
    assertThat(desk.count()).isZero();
    assertThat(desk.count()).isZero();
  }
}
