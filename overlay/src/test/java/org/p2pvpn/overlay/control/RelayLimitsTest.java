package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.circuit.FairQueue;
import org.p2pvpn.overlay.circuit.RelayLimits;
import org.p2pvpn.overlay.circuit.RelayTable;
import org.p2pvpn.overlay.circuit.RelayedCircuit;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.ExtendRefusal;

final class RelayLimitsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final RelayLimits LIMITS = new RelayLimits(0, 0, 100, 10, 5, 20);

  private final PeerBook peers = new PeerBook(Path.of("never written"), TestPeers.OWN);
  private final RelayTable circuits = new RelayTable();
  private final List<ControlMessage> answers = new ArrayList<>();
  private final RelayDesk desk =
      new RelayDesk(
          NodeId.ofPublicKey(new byte[32]),
          peers,
          circuits,
          new EpochTable(1),
          new ControlCounters(),
          new RelayDesk.Outlet() {
            @Override
            public void send(Peer peer, ControlMessage message) {
              answers.add(message);
            }

            @Override
            public void call(Peer peer, long nowNanos) {}
          });
  private final Peer next = peer(1);
  private final Peer other = peer(2);
  private int index = 1;
  private double load;

  @BeforeEach
  void connect() {
    TestPeers.connect(next, 0);
    TestPeers.connect(other, 0);
    set(LIMITS);
  }

  private void set(RelayLimits limits) {
    desk.set(limits, _ -> load, 0);
  }

  private Peer peer(int number) {
    byte[] key = ByteBuffer.allocate(32).putInt(number).array();
    return peers.add(NodeId.ofPublicKey(key), key, key, Peer.Origin.JOINED, 0);
  }

  private Peer guest(int number) {
    byte[] key = ByteBuffer.allocate(32).putInt(number).array();
    Peer guest = peers.addPassing(NodeId.ofPublicKey(key), key, key, Peer.Origin.GUEST, null, 0);
    guest.session.moveTo(TestPeers.endpoint(number));
    return guest;
  }

  private ControlMessage extend(Peer previous, Peer to, long nowNanos) {
    answers.clear();
    desk.onExtend(previous, index++, to.id, nowNanos);
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }

  private void assertRefused(ControlMessage answer, ExtendRefusal reason) {
    assertThat(answer).isEqualTo(new ControlMessage.ExtendRefused(index - 1, reason));
  }

  private void assertExtended(ControlMessage answer) {
    assertThat(answer).isEqualTo(new ControlMessage.Extended(index - 1));
  }

  private void answerAll(Peer previous) {
    for (int i = 1; i < index; i++) {
      RelayedCircuit circuit = circuits.find(i);
      if (circuit != null && circuit.previous() == previous.session) {
        circuit.onReturned(0);
      }
    }
  }

  @Test
  void aPeerHasSoManyCircuitsAndNoMore() {
    Peer client = peer(3);
    for (int i = 0; i < LIMITS.circuitsPerPeer(); i++) {
      assertExtended(extend(client, next, 0));
      answerAll(client);
    }
    assertRefused(extend(client, next, 0), ExtendRefusal.TOO_MANY);
    assertExtended(extend(peer(4), next, 0));
  }

  /**
   * A client has an invite of one node, and needs several to begin its paths at. Identities cost
   * nothing.
   */
  @Test
  void guestsAreLedOnAndThoseOfOnePlaceHaveTogetherWhatAFewPeersHave() {
    int opened = 0;
    for (int number = 20; number < 30; number++) {
      Peer guest = guest(number);
      for (int i = 0; i < LIMITS.halfBuiltPerPeer(); i++) {
        opened += extend(guest, next, 0) instanceof ControlMessage.Extended ? 1 : 0;
      }
    }
    assertThat(opened).isEqualTo(LIMITS.circuitsPerPrefix());
    Peer elsewhere = guest(31);
    elsewhere.session.moveTo(new InetSocketAddress("198.51.100.1", 51_820));
    assertExtended(extend(elsewhere, next, 0));
    assertExtended(extend(peer(3), next, 0));
  }

  @Test
  void aPeerHasFewerThatAreHalfBuilt() {
    Peer client = peer(3);
    for (int i = 0; i < LIMITS.halfBuiltPerPeer(); i++) {
      assertExtended(extend(client, next, 0));
    }
    assertRefused(extend(client, next, 0), ExtendRefusal.TOO_MANY);
    desk.onTick(RelayDesk.HALF_BUILT_NANOS);
    assertThat(desk.count()).isZero();
    assertExtended(extend(client, next, RelayDesk.HALF_BUILT_NANOS));
  }

  @Test
  void askingFasterThanAllowedIsRefused() {
    Peer client = peer(3);
    ControlMessage last = extend(client, next, 0);
    for (int i = 1; i <= 2 * LIMITS.extendsPerSecond(); i++) {
      last = extend(client, next, 0);
    }
    assertRefused(last, ExtendRefusal.TOO_FAST);
    answerAll(client);
    assertExtended(extend(client, next, SECOND));
  }

  @Test
  void aLoadedRelayIsBusyForAllButThoseWhoRenewWhatTheyHave() {
    Peer client = peer(3);
    assertExtended(extend(client, next, 0));
    load = 0.91;
    desk.onTick(1);
    assertExtended(extend(client, next, 1));
    assertRefused(extend(client, other, 1), ExtendRefusal.BUSY);
    assertRefused(extend(peer(4), next, 1), ExtendRefusal.BUSY);
    load = 0.89;
    desk.onTick(2);
    assertExtended(extend(peer(4), next, 2));
  }

  @Test
  void anAllowanceIsOnePeersAndAllItsCircuits() {
    set(new RelayLimits(8_000_000, 800_000, 100, 10, 5, 20));
    Peer client = peer(3);
    extend(client, next, 0);
    extend(client, other, 0);
    extend(peer(4), next, 0);
    assertThat(circuit(1).allowance()).isSameAs(circuit(2).allowance());
    assertThat(circuit(3).allowance()).isNotSameAs(circuit(1).allowance());
    assertThat(circuit(1).allowance().isLimited()).isTrue();
    assertThat(circuits.bandwidth().total().isLimited()).isTrue();
  }

  private RelayedCircuit circuit(int number) {
    RelayedCircuit circuit = circuits.find(number);
    return Objects.requireNonNull(circuit);
  }

  /** The limits hold, all is gone after a while, and the memory is what the comment claims. */
  @Test
  void tenThousandHalfBuiltCircuitsStayUnderTheirBudget() {
    set(RelayLimits.DEFAULT);
    List<Peer> clients = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      clients.add(peer(10 + i));
    }
    long before = heapBytes();
    for (Peer client : clients) {
      for (int i = 0; i < 20; i++) {
        extend(client, next, 0);
      }
    }
    assertThat(desk.count()).isEqualTo(10_000);
    assertRefused(extend(peer(9000), next, 0), ExtendRefusal.BUSY);
    assertThat(heapBytes() - before).isLessThan(4 << 20);

    FairQueue waiting =
        new FairQueue(0, FairQueue.BUDGET_BYTES, circuits.bandwidth(), new Counters());
    byte[] datagram = new byte[1400];
    for (int round = 0; round < 3; round++) {
      for (int i = 1; i < index; i++) {
        RelayedCircuit circuit = circuits.find(i);
        if (circuit != null) {
          assertThat(waiting.passes(circuit, datagram.length, false, 0)).isFalse();
          waiting.enqueue(circuit, true, datagram, 0, datagram.length, 0);
        }
      }
    }
    assertThat(waiting.usedBytes()).isLessThanOrEqualTo(FairQueue.BUDGET_BYTES);
    assertThat(heapBytes() - before).isLessThan(FairQueue.BUDGET_BYTES + (10 << 20));

    desk.onTick(RelayDesk.HALF_BUILT_NANOS);
    assertThat(desk.count()).isZero();
    assertThat(waiting.isEmpty()).isFalse();
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
