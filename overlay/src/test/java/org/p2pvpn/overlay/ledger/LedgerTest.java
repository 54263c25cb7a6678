package org.p2pvpn.overlay.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.identity.NodeId;

final class LedgerTest {
  static final NodeId NODE = NodeId.ofPublicKey(new byte[32]);
  private static final Ledger.Timing AT_ONCE =
      new Ledger.Timing(Duration.ZERO, Duration.ZERO, Duration.ofMillis(50));

  private final FakeJournal journal = new FakeJournal();
  private final Ledger ledger = new Ledger(journal, AT_ONCE, () -> 42);

  @AfterEach
  void close() {
    journal.stuck.countDown();
    ledger.close();
  }

  static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  private static Observation rtt(long micros) {
    return new Observation.RttMeasured(NODE, micros);
  }

  @Test
  void writesInTheOrderOfTheAppends() throws Exception {
    ledger.append(rtt(1));
    ledger.start();
    ledger.append(rtt(2));
    await(() -> ledger.report().appended() == 2);
    assertThat(journal.entries).containsExactly(new Entry(42, rtt(1)), new Entry(42, rtt(2)));
    assertThat(ledger.report()).isEqualTo(new Ledger.Report(2, 0, 0, ""));
  }

  @Test
  void touchesNothingBeforeItsTime() throws Exception {
    Ledger.Timing late = new Ledger.Timing(Duration.ofHours(1), Duration.ZERO, Duration.ZERO);
    try (Ledger sleeping = new Ledger(journal, late, () -> 42)) {
      sleeping.start();
      sleeping.append(rtt(1));
      Thread.sleep(50);
      assertThat(journal.opened).hasValue(0);
      assertThat(sleeping.replay(_ -> {}).get(30, TimeUnit.SECONDS).entries()).isEqualTo(1);
    }
  }

  @Test
  void aReplayThatHasTimeOpensNothing() throws Exception {
    Ledger.Timing late = new Ledger.Timing(Duration.ofHours(1), Duration.ZERO, Duration.ZERO);
    Ledger sleeping = new Ledger(journal, late, () -> 42);
    var answer = sleeping.replayInTime(_ -> {});
    sleeping.start();
    Thread.sleep(50);
    assertThat(answer).isNotDone();
    sleeping.close();
    assertThat(journal.opened).hasValue(0);
    assertThat(answer.get(30, TimeUnit.SECONDS).trouble()).isNotEmpty();
  }

  @Test
  void aReplayDoesNotGiveWhatWasAppendedLater() throws Exception {
    ledger.append(rtt(1));
    List<Entry> read = new ArrayList<>();
    var answer = ledger.replayInTime(read::add);
    ledger.append(rtt(2));
    ledger.start();
    assertThat(answer.get(30, TimeUnit.SECONDS).entries()).isEqualTo(1);
    assertThat(read).containsExactly(new Entry(42, rtt(1)));
    await(() -> ledger.report().appended() == 2);
    assertThat(ledger.report().replayed()).isEqualTo(1);
  }

  @Test
  void aNodeThatStopsAtOnceDoesNotPayForTheOpening() {
    Ledger.Timing late = new Ledger.Timing(Duration.ofHours(1), Duration.ZERO, Duration.ZERO);
    Ledger sleeping = new Ledger(journal, late, () -> 42);
    sleeping.start();
    sleeping.append(rtt(1));
    sleeping.close();
    assertThat(journal.opened).hasValue(0);
    assertThat(sleeping.report().lost()).isEqualTo(1);
  }

  @Test
  void countsWhatTheFullQueueDoesNotTakeAndNeverWaits() throws Exception {
    journal.stuck = new CountDownLatch(1);
    ledger.start();
    int many = 3 * Ledger.WAITING_MAX;
    long began = System.nanoTime();
    for (int i = 0; i < many; i++) {
      ledger.append(rtt(i));
    }
    assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(2));
    assertThat(ledger.report().lost()).isGreaterThanOrEqualTo(Ledger.WAITING_MAX);
    journal.stuck.countDown();
    await(() -> ledger.report().appended() + ledger.report().lost() == many);
    assertThat(journal.entries).hasSize((int) ledger.report().appended());
  }

  @Test
  void losesObservationsWhileTheDiskIsFullAndRecoversByItself() throws Exception {
    journal.broken = true;
    ledger.start();
    ledger.append(rtt(1));
    await(() -> ledger.report().lost() == 1);
    assertThat(ledger.report().trouble()).isEqualTo("the disk is full");
    journal.broken = false;
    await(
        () -> {
          ledger.append(rtt(2));
          return ledger.report().appended() > 0;
        });
    assertThat(ledger.report().trouble()).isEmpty();
    assertThat(journal.closed).hasPositiveValue();
  }

  @Test
  void survivesAPageThatTheDiskCouldNotGive() throws Exception {
    ledger.start();
    ledger.append(rtt(1));
    await(() -> ledger.report().appended() == 1);
    journal.torn = true;
    ledger.append(rtt(2));
    await(() -> ledger.report().lost() == 1);
    journal.torn = false;
    await(
        () -> {
          ledger.append(rtt(3));
          return ledger.report().appended() > 1;
        });
  }

  @Test
  void doesNotTryAgainForEachObservation() throws Exception {
    Ledger.Timing rarely = new Ledger.Timing(Duration.ZERO, Duration.ZERO, Duration.ofHours(1));
    journal.broken = true;
    try (Ledger broken = new Ledger(journal, rarely, () -> 42)) {
      broken.start();
      for (int i = 0; i < 100; i++) {
        broken.append(rtt(i));
      }
      await(() -> broken.report().lost() == 100);
      assertThat(journal.opened).hasValue(1);
    }
  }

  @Test
  void replaysWhatWasAppendedBefore() throws Exception {
    ledger.start();
    ledger.append(rtt(1));
    ledger.append(rtt(2));
    List<Entry> read = new ArrayList<>();
    assertThat(ledger.replay(read::add).get(30, TimeUnit.SECONDS))
        .isEqualTo(new Replayed(2, 0, ""));
    assertThat(read).extracting(Entry::what).containsExactly(rtt(1), rtt(2));
  }

  @Test
  void aReplayThatCannotReadSaysWhy() throws Exception {
    journal.broken = true;
    ledger.start();
    assertThat(ledger.replay(_ -> {}).get(30, TimeUnit.SECONDS))
        .isEqualTo(new Replayed(0, 0, "the disk is full"));
  }

  @Test
  void writesWhatWaitsWhenItIsClosed() throws Exception {
    ledger.start();
    ledger.append(rtt(0));
    await(() -> ledger.report().appended() == 1);
    for (int i = 1; i <= 100; i++) {
      ledger.append(rtt(i));
    }
    ledger.close();
    assertThat(journal.entries).hasSize(101);
    ledger.append(rtt(3));
    assertThat(ledger.report().lost()).isEqualTo(1);
    assertThat(ledger.replay(_ -> {}).get(1, TimeUnit.SECONDS).trouble()).isNotEmpty();
  }
}
