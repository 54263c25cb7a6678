package org.p2pvpn.overlay.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.packet.Verdict;

final class SessionTest {
  private final Session session = Epochs.session(1);

  @Test
  void keepsPacketsInOrderUntilThereAreKeys() {
    for (byte i = 0; i < 5; i++) {
      assertThat(session.await(new byte[] {i})).isEqualTo(Verdict.PASSED);
    }
    for (byte i = 0; i < 5; i++) {
      assertThat(session.hasWaiting()).isTrue();
      assertThat(session.takeWaiting()).containsExactly(i);
    }
    assertThat(session.hasWaiting()).isFalse();
    assertThat(session.takeWaiting()).isNull();
  }

  @Test
  void aFullWaitingRoomDropsTheNewcomer() {
    for (int i = 0; i < Session.WAITING_PACKETS_MAX; i++) {
      assertThat(session.await(new byte[] {(byte) i})).isEqualTo(Verdict.PASSED);
    }
    assertThat(session.await(new byte[] {99})).isEqualTo(Verdict.NO_SESSION);
    assertThat(session.takeWaiting()).containsExactly(0);
    assertThat(session.await(new byte[] {100})).isEqualTo(Verdict.PASSED);
  }

  @Test
  void nothingHappenedYetThatATimerCouldCountFrom() {
    assertThat(SessionTimers.need(session.activity(), null, 0))
        .isEqualTo(SessionTimers.Need.NOTHING);
    assertThat(session.activity().unansweredSinceNanos()).isEqualTo(Session.NEVER);
    assertThat(session.activity().owedSinceNanos()).isEqualTo(Session.NEVER);
  }

  @Test
  void theFirstUnansweredPacketCountsNotTheLast() {
    session.onSent(100, 10);
    session.onSent(100, 20);
    assertThat(session.activity().unansweredSinceNanos()).isEqualTo(10);
    assertThat(session.activity().packetSentNanos()).isEqualTo(20);
    session.onReceived(0, 30);
    assertThat(session.activity().unansweredSinceNanos()).isEqualTo(Session.NEVER);
  }

  @Test
  void aKeepaliveAnswersAndOwesNothing() {
    session.onReceived(0, 10);
    assertThat(session.activity().owedSinceNanos()).isEqualTo(Session.NEVER);
    session.onReceived(100, 20);
    session.onReceived(100, 25);
    assertThat(session.activity().owedSinceNanos()).isEqualTo(20);
    session.onSent(0, 30);
    assertThat(session.activity().owedSinceNanos()).isEqualTo(Session.NEVER);
    assertThat(session.activity().unansweredSinceNanos()).isEqualTo(Session.NEVER);
  }

  @Test
  void countsInnerBytes() {
    session.onSent(100, 1);
    session.onSent(11, 2);
    session.onReceived(5, 3);
    assertThat(session.sentBytes()).isEqualTo(111);
    assertThat(session.receivedBytes()).isEqualTo(5);
    assertThat(session.lastReceivedNanos()).isEqualTo(3);
  }
}
