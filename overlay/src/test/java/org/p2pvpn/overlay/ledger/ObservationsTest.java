package org.p2pvpn.overlay.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.identity.NodeId;

final class ObservationsTest {
  private static final long DAY = TimeUnit.DAYS.toMillis(1);
  private static final NodeId ALICE = node(1);
  private static final NodeId BOB = node(2);

  private final Observations observations = new Observations();

  private static NodeId node(int seed) {
    byte[] key = new byte[32];
    key[0] = (byte) seed;
    key[1] = (byte) (seed >> 8);
    return NodeId.ofPublicKey(key);
  }

  private void add(long atMillis, Observation what) {
    observations.add(new Entry(atMillis, what));
  }

  private NodeHistory alice() {
    return Objects.requireNonNull(observations.history(ALICE));
  }

  @Test
  void nothingIsKnownOfAStranger() {
    assertThat(observations.history(ALICE)).isNull();
  }

  @Test
  void countsByDay() {
    add(DAY, new Observation.HandshakeMade(ALICE, 10));
    add(DAY + 5, new Observation.HandshakeFailed(ALICE));
    add(3 * DAY, new Observation.CircuitBuilt(List.of(BOB, ALICE), 10));
    add(3 * DAY, new Observation.CircuitBroken(ALICE, Observation.How.SILENT));
    add(3 * DAY, new Observation.CircuitBroken(ALICE, Observation.How.LEFT));
    add(3 * DAY, new Observation.BusySeen(ALICE));
    add(3 * DAY, new Observation.ProtocolBroken(ALICE, Observation.What.WRONG_ANSWER));
    add(3 * DAY, new Observation.ProtocolBroken(ALICE, Observation.What.BAD_ADVERT));
    add(3 * DAY, new Observation.Served(ALICE, 1000));
    assertThat(alice().days())
        .containsExactly(
            new NodeHistory.Day(1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0),
            new NodeHistory.Day(3, 0, 0, 0, 1, 1, 1, 1, 2, 1, 1000));
    assertThat(alice().daysOfService()).isEqualTo(1);
    assertThat(alice().servedBytes()).isEqualTo(1000);
    assertThat(Objects.requireNonNull(observations.history(BOB)).days()).hasSize(1);
  }

  @Test
  void onlyWhatItDidWellIsASighting() {
    add(5, new Observation.HandshakeMade(ALICE, 10));
    add(7, new Observation.RttMeasured(ALICE, 10));
    add(9, new Observation.HandshakeFailed(ALICE));
    add(11, new Observation.CircuitBroken(ALICE, Observation.How.SILENT));
    add(13, new Observation.LossMeasured(ALICE, 10, 10));
    assertThat(alice().firstSeenMillis()).isEqualTo(5);
    assertThat(alice().lastSeenMillis()).isEqualTo(7);
  }

  @Test
  void roundTripIsSmoothedAsInRfc6298() {
    add(0, new Observation.RttMeasured(ALICE, 1000));
    assertThat(alice().rttVariationMicros()).isEqualTo(500);
    add(1, new Observation.RttMeasured(ALICE, 1800));
    assertThat(alice().rttMicros()).isEqualTo(1100);
    assertThat(alice().rttVariationMicros()).isEqualTo(575);
  }

  @Test
  void lossAndThroughputFollowTheLastReports() {
    for (int i = 0; i < 100; i++) {
      add(i, new Observation.LossMeasured(ALICE, 100, i < 50 ? 0 : 20));
      add(i, new Observation.ThroughputSeen(ALICE, 1000, 1_000_000));
    }
    assertThat(alice().lossShare()).isCloseTo(0.2, within(0.001));
    assertThat(alice().bytesPerSecond()).isCloseTo(1e6, within(1.0));
  }

  @Test
  void anEmptyMeasurementIsNone() {
    add(0, new Observation.LossMeasured(ALICE, 0, 0));
    add(0, new Observation.ThroughputSeen(ALICE, 1, 0));
    assertThat(alice().lossShare()).isEqualTo(-1);
    assertThat(alice().bytesPerSecond()).isEqualTo(-1);
  }

  @Test
  void aClaimedLoadDoesNotReplaceAMeasuredOne() {
    add(0, new Observation.LoadSeen(ALICE, 10, Observation.Origin.CLAIMED));
    assertThat(alice().loadPercent()).isEqualTo(10);
    add(1, new Observation.LoadSeen(ALICE, 80, Observation.Origin.MEASURED));
    add(2, new Observation.LoadSeen(ALICE, 5, Observation.Origin.CLAIMED));
    assertThat(alice().loadPercent()).isEqualTo(80);
  }

  @Test
  void keepsThirtyDaysWhateverTheOrder() {
    for (int day = 40; day > 0; day--) {
      add(day * DAY, new Observation.HandshakeMade(ALICE, 1));
    }
    assertThat(alice().days()).hasSize(NodeHistory.DAYS_MAX);
    assertThat(alice().days()).extracting(NodeHistory.Day::epochDay).isSorted().contains(40L, 11L);
  }

  @Test
  void forgetsTheNodeThatWasLongestNotObserved() {
    Observations few = new Observations(2);
    few.add(new Entry(0, new Observation.BusySeen(node(1))));
    few.add(new Entry(0, new Observation.BusySeen(node(2))));
    few.add(new Entry(0, new Observation.BusySeen(node(1))));
    few.add(new Entry(0, new Observation.BusySeen(node(3))));
    assertThat(few.histories()).containsOnlyKeys(node(1), node(3));
  }
}
