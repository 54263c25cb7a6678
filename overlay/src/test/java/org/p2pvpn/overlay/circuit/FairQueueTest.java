package org.p2pvpn.overlay.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p2pvpn.overlay.circuit.RelayModel.MILLI;
import static org.p2pvpn.overlay.circuit.RelayModel.SECOND;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p2pvpn.overlay.circuit.RelayModel.Client;
import org.p2pvpn.overlay.circuit.RelayModel.Sender;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.telemetry.Meter;

final class FairQueueTest {
  private static final int BUDGET = 4 << 20;
  private static final long MBIT = 1_000_000;

  private static Sender[] all(List<Sender> honest, List<Sender> others) {
    return Stream.concat(honest.stream(), others.stream()).toArray(Sender[]::new);
  }

  /** Four whose sum with a fifth fills the relay, and that one asks for ten times its fifth. */
  @ParameterizedTest
  @CsvSource({
    "5, 1, 1400",
    "50, 1, 1400",
    "50, 64, 1400",
    "50, 1, 80",
    "50, 8, 9000",
    "1000, 1, 1400"
  })
  void aHogCannotPushFourHonestOnesUnder90PercentOfTheirs(int mbit, int circuits, int hogBytes) {
    RelayModel relay = new RelayModel(mbit * MBIT, 1, BUDGET);
    long share = mbit * MBIT / 5;
    List<Sender> honest = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      honest.add(relay.client(0).sender(relay.shard(), share, 1400));
    }
    Client hog = relay.client(0);
    List<Sender> greedy = new ArrayList<>();
    for (int i = 0; i < circuits; i++) {
      greedy.add(hog.sender(relay.shard(), 10 * share / circuits, hogBytes));
    }
    relay.run(2 * SECOND, all(honest, greedy));
    for (Sender sender : honest) {
      assertThat(sender.sentBytes() * 8 / 2).isGreaterThan(share * 9 / 10);
    }
  }

  @Test
  void theLimitHoldsAndIsUsedUp() {
    RelayModel relay = new RelayModel(20 * MBIT, 1, BUDGET);
    Sender greedy = relay.client(0).sender(relay.shard(), 200 * MBIT, 1400);
    relay.run(2 * SECOND, greedy);
    assertThat(greedy.sentBytes() * 8 / 2).isCloseTo(20 * MBIT, Percentage.withPercentage(2));
  }

  @Test
  void greedyOnesGetTheSameWhateverTheirDatagramsSize() {
    RelayModel relay = new RelayModel(40 * MBIT, 1, BUDGET);
    List<Sender> greedy = new ArrayList<>();
    for (int bytes : new int[] {100, 600, 1400, 9000}) {
      greedy.add(relay.client(0).sender(relay.shard(), 60 * MBIT, bytes));
    }
    relay.run(2 * SECOND, all(greedy, List.of()));
    for (Sender sender : greedy) {
      assertThat(sender.sentBytes() * 8 / 2).isCloseTo(10 * MBIT, Percentage.withPercentage(5));
    }
  }

  @Test
  void whatAPeerGetsItsCircuitsShare() {
    RelayModel relay = new RelayModel(20 * MBIT, 1, BUDGET);
    Client one = relay.client(0);
    Sender first = one.sender(relay.shard(), 50 * MBIT, 1400);
    Sender second = one.sender(relay.shard(), 10 * MBIT, 1400);
    Sender other = relay.client(0).sender(relay.shard(), 50 * MBIT, 1400);
    relay.run(2 * SECOND, first, second, other);
    assertThat(other.sentBytes() * 8 / 2).isCloseTo(10 * MBIT, Percentage.withPercentage(5));
    assertThat(first.sentBytes()).isCloseTo(second.sentBytes(), Percentage.withPercentage(5));
  }

  @Test
  void nobodyStarvesWhenTheShareIsLessThanADatagramInTime() {
    RelayModel relay = new RelayModel(1 * MBIT, 1, BUDGET);
    List<Sender> greedy = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      greedy.add(relay.client(0).sender(relay.shard(), MBIT, 1400));
    }
    relay.run(10 * SECOND, all(greedy, List.of()));
    for (Sender sender : greedy) {
      assertThat(sender.sentBytes() * 8 / 10).isCloseTo(MBIT / 50, Percentage.withPercentage(15));
    }
  }

  @Test
  void aPeersOwnLimitHoldsAndDoesNotHoldUpOthers() {
    RelayModel relay = new RelayModel(0, 1, BUDGET);
    Client limited = relay.client(5 * MBIT);
    Sender first = limited.sender(relay.shard(), 20 * MBIT, 1400);
    Sender second = limited.sender(relay.shard(), 20 * MBIT, 1400);
    Sender other = relay.client(0).sender(relay.shard(), 50 * MBIT, 1400);
    relay.run(2 * SECOND, first, second, other);
    assertThat((first.sentBytes() + second.sentBytes()) * 8 / 2)
        .isCloseTo(5 * MBIT, Percentage.withPercentage(3));
    assertThat(other.sentBytes() * 8 / 2).isCloseTo(50 * MBIT, Percentage.withPercentage(1));
  }

  @Test
  void shardsShareWhatThereIsByTheirPeers() {
    RelayModel relay = new RelayModel(50 * MBIT, 2, BUDGET);
    Sender hog = relay.client(0).sender(relay.shards.get(0), 100 * MBIT, 1400);
    List<Sender> honest = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      honest.add(relay.client(0).sender(relay.shards.get(i == 0 ? 0 : 1), 10 * MBIT, 1400));
    }
    relay.run(2 * SECOND, all(honest, List.of(hog)));
    for (Sender sender : honest) {
      assertThat(sender.sentBytes() * 8 / 2).isGreaterThan(9 * MBIT);
    }
    long sum = hog.sentBytes() + honest.stream().mapToLong(Sender::sentBytes).sum();
    assertThat(sum * 8 / 2).isCloseTo(50 * MBIT, Percentage.withPercentage(2));
  }

  @Test
  void aShardAloneMayUseEverything() {
    RelayModel relay = new RelayModel(50 * MBIT, 2, BUDGET);
    Sender first = relay.client(0).sender(relay.shards.get(0), 100 * MBIT, 1400);
    Sender second = relay.client(0).sender(relay.shards.get(1), 100 * MBIT, 1400);
    relay.run(SECOND, first, second);
    relay.run(SECOND / 5, second); // what the first has left goes or gets old
    long before = second.sentBytes();
    relay.run(SECOND, second);
    assertThat((second.sentBytes() - before) * 8)
        .isCloseTo(50 * MBIT, Percentage.withPercentage(3));
  }

  @Test
  void datagramsOfACircuitStayInOrder() {
    RelayModel relay = new RelayModel(10 * MBIT, 1, BUDGET);
    Client client = relay.client(4 * MBIT);
    Sender first = client.sender(relay.shard(), 6 * MBIT, 1400);
    Sender second = relay.client(0).sender(relay.shard(), 9 * MBIT, 300);
    for (int i = 0; i < 10; i++) { // now and then there is room for all
      relay.run(100 * MILLI, first, second);
      relay.run(50 * MILLI, second);
    }
    assertThat(relay.shard().numbers.get(first.circuit)).isSorted().hasSizeGreaterThan(100);
    assertThat(relay.shard().numbers.get(second.circuit)).isSorted().hasSizeGreaterThan(100);
  }

  @Test
  void neighboursOfACircuitLeaveTogether() {
    RelayModel relay = new RelayModel(100 * MBIT, 1, BUDGET);
    List<Sender> greedy = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      greedy.add(relay.client(0).sender(relay.shard(), 100 * MBIT, 1400));
    }
    relay.run(SECOND, all(greedy, List.of()));
    List<RelayedCircuit> order = relay.shard().order;
    int runs = 1;
    for (int i = 1; i < order.size(); i++) {
      runs += order.get(i) == order.get(i - 1) ? 0 : 1;
    }
    assertThat(order.size() / runs).isGreaterThanOrEqualTo(5);
  }

  @Test
  void readersThatDoNotReadStayWithinTheBudget() {
    RelayModel relay = new RelayModel(0, 1, BUDGET);
    relay.shard().writable = false;
    List<Sender> senders = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      Client client = relay.client(0);
      for (int j = 0; j < 10; j++) {
        senders.add(client.sender(relay.shard(), 0, 40 + (i * 131 + j * 17) % 3000));
      }
    }
    for (int round = 0; round < 20; round++) {
      for (Sender sender : senders) {
        sender.send();
        assertThat(relay.shard().queue.usedBytes()).isLessThanOrEqualTo(BUDGET);
      }
    }
    assertThat(relay.shard().queue.usedBytes()).isGreaterThan(BUDGET - 4096);
    assertThat(relay.shard().counters.get(Verdict.RELAY_FULL)).isPositive();
    relay.shard().writable = true;
    relay.shard().drain();
    assertThat(relay.shard().queue.isEmpty()).isTrue();
    assertThat(relay.shard().queue.usedBytes()).isZero();
    assertThat(relay.shard().counters.get(Meter.RELAY_QUEUED_BYTES)).isZero();
  }

  @Test
  void overTheBudgetTheLongestLosesAndTheQuietKeepTheirs() {
    RelayModel relay = new RelayModel(0, 1, BUDGET);
    relay.shard().writable = false;
    Sender quiet = relay.client(0).sender(relay.shard(), 0, 1400);
    for (int i = 0; i < 10; i++) {
      quiet.send();
    }
    Client hog = relay.client(0);
    for (int i = 0; i < 8; i++) {
      Sender flood = hog.sender(relay.shard(), 0, 1400);
      for (int j = 0; j < 2000; j++) {
        flood.send();
      }
    }
    relay.shard().writable = true;
    relay.shard().drain();
    assertThat(quiet.sentBytes()).isEqualTo(14_000);
  }

  @Test
  void oneCircuitCannotHaveTheWholeBudget() {
    RelayModel relay = new RelayModel(0, 1, BUDGET);
    relay.shard().writable = false;
    Sender flood = relay.client(0).sender(relay.shard(), 0, 1400);
    Verdict last = Verdict.PASSED;
    for (int i = 0; i < 10_000 && last == Verdict.PASSED; i++) {
      last = flood.send();
    }
    assertThat(last).isEqualTo(Verdict.RELAY_FULL);
    assertThat(relay.shard().queue.usedBytes()).isLessThanOrEqualTo(BUDGET / 4);
  }

  @Test
  void whatWaitedTooLongIsDroppedButTheLast() {
    RelayModel relay = new RelayModel(0, 1, BUDGET);
    relay.shard().writable = false;
    Sender sender = relay.client(0).sender(relay.shard(), 0, 1400);
    sender.send();
    sender.send();
    relay.nowNanos += FairQueue.SOJOURN_MAX_NANOS + 1;
    relay.shard().writable = true;
    relay.shard().drain();
    assertThat(relay.shard().numbers.get(sender.circuit)).containsExactly(1);
    assertThat(relay.shard().counters.get(Verdict.RELAY_LATE)).isEqualTo(1);
  }

  @Test
  void aProbeOutlivesTheFloodThatItIsIn() {
    RelayModel relay = new RelayModel(0, 1, BUDGET);
    relay.shard().writable = false;
    RelayedCircuit circuit = relay.client(0).circuit();
    relay.shard().offer(circuit, new byte[1400]);
    relay.shard().offer(circuit, new byte[100]);
    relay.shard().offer(circuit, new byte[1400]);
    relay.nowNanos += FairQueue.SOJOURN_MAX_NANOS + 1;
    relay.shard().writable = true;
    relay.shard().drain();
    assertThat(relay.shard().sentBytes.get(circuit)).isEqualTo(1500);
  }

  @Test
  void withoutALimitNothingWaits() {
    RelayModel relay = new RelayModel(0, 1, BUDGET);
    Sender sender = relay.client(0).sender(relay.shard(), 500 * MBIT, 1400);
    relay.run(SECOND / 10, sender);
    assertThat(relay.shard().counters.get(Meter.RELAY_WAITED_DATAGRAMS)).isZero();
    assertThat(relay.shard().numbers.get(sender.circuit)).isSorted();
  }
}
