package org.p2pvpn.overlay.discovery.kad;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RoutingTableTest {
  private static final KadKey SELF = Nodes.node(0).key;

  private final KadCounters counters = new KadCounters();
  private final RoutingTable table = new RoutingTable(SELF, counters);

  @Test
  void theNearestAreThoseThatAFullSortFinds() {
    for (int i = 1; i <= 500; i++) {
      table.answered(Nodes.node(i), false, i);
    }
    Random random = new Random(5);
    for (int i = 0; i < 50; i++) {
      KadKey target = SELF.inBucket(random.nextInt(12), random);
      List<Contact> sorted = new ArrayList<>(table.all());
      sorted.sort(Comparator.comparing(one -> one.key, target::compareDistance));
      assertThat(table.closest(target, 20, true, _ -> true)).isEqualTo(sorted.subList(0, 20));
    }
  }

  @Test
  void aFullBucketKeepsWhoIsThere() {
    List<Contact> far = inBucket(0, 30);
    far.forEach(one -> table.answered(one, false, 0));
    assertThat(table.all()).containsExactlyInAnyOrderElementsOf(far.subList(0, 20));
  }

  @Test
  void whoFailsTwiceMakesRoomForTheNewestThatWaits() {
    List<Contact> far = inBucket(0, 22);
    far.forEach(one -> table.answered(one, false, 0));
    assertThat(table.failed(far.get(3).id(), 0, 1)).isEqualTo(RoutingTable.Failure.FIRST);
    assertThat(table.failed(far.get(3).id(), 0, 1)).isEqualTo(RoutingTable.Failure.SAME);
    assertThat(table.failed(far.get(3).id(), 2, 3)).isEqualTo(RoutingTable.Failure.REMOVED);
    assertThat(table.replacementFor(far.get(3))).isEqualTo(far.get(21));
    assertThat(table.has(far.get(21).id())).as("before it answers").isFalse();
  }

  @Test
  void whoMissedAQuestionIsNotNamedToOthers() {
    table.answered(Nodes.node(1), false, 0);
    table.failed(Nodes.node(1).id(), 0, 1);
    assertThat(table.closest(SELF, 20, false, _ -> true)).isEmpty();
    assertThat(table.closest(SELF, 20, true, _ -> true)).hasSize(1);
  }

  @Test
  void aPrefixHasTwoPlacesInABucketAndTenInTheTable() {
    for (int i = 1; i <= 1_000; i++) {
      table.answered(Nodes.node(i, "20.1.1." + (1 + i % 250), 1), false, 0);
    }
    int[] buckets = new int[KadKey.BITS];
    table.all().forEach(one -> buckets[SELF.sharedBits(one.key)]++);
    assertThat(Arrays.stream(buckets).max()).hasValue(2);
    assertThat(table.size()).isEqualTo(10);
    assertThat(counters.get(KadEvent.BUCKET_PREFIX_FULL)).isPositive();
    assertThat(counters.get(KadEvent.TABLE_PREFIX_FULL)).isPositive();
  }

  @Test
  void whoMovesIntoAFullPrefixGoes() {
    List<Contact> far = inBucket(0, 3);
    List<Integer> numbers = numbersInBucket(0, 3);
    table.answered(Nodes.node(numbers.get(0), "20.1.1.1", 1), false, 0);
    table.answered(Nodes.node(numbers.get(1), "20.1.1.2", 1), false, 0);
    table.answered(far.get(2), false, 0);
    table.answered(Nodes.node(numbers.get(2), "20.1.1.3", 2), false, 1);
    assertThat(table.has(far.get(2).id())).isFalse();
    assertThat(table.size()).isEqualTo(2);
  }

  @Test
  void aNewcomerDoesNotTakeThePlaceKeptForANodeOfTheLastRun() {
    List<Contact> far = inBucket(0, 21);
    table.reserve(far.get(20), 1);
    far.subList(0, 20).forEach(one -> table.answered(one, false, 0));
    assertThat(table.size()).isEqualTo(19);
    table.answered(far.get(20), true, 0);
    assertThat(table.has(far.get(20).id())).isTrue();
  }

  @Test
  void anAdvertIsDueEightMinutesAfterItCame() {
    table.answered(Nodes.node(1), false, 0);
    assertThat(table.dueForCheck(KadLimits.CHECK_NANOS - 1)).isNull();
    assertThat(table.dueForCheck(KadLimits.CHECK_NANOS)).isSameAs(table.all().getFirst());
    table.noteChecked(Nodes.node(1).id(), KadLimits.CHECK_NANOS);
    assertThat(table.dueForCheck(KadLimits.CHECK_NANOS)).isNull();
  }

  private static List<Integer> numbersInBucket(int bucket, int count) {
    List<Integer> found = new ArrayList<>();
    for (int i = 1; found.size() < count; i++) {
      if (SELF.sharedBits(Nodes.node(i).key) == bucket) {
        found.add(i);
      }
    }
    return found;
  }

  private static List<Contact> inBucket(int bucket, int count) {
    return numbersInBucket(bucket, count).stream().map(Nodes::node).toList();
  }
}
