package org.p2pvpn.overlay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p2pvpn.overlay.session.Session.NEVER;
import static org.p2pvpn.overlay.session.SessionTimers.Need.HANDSHAKE;
import static org.p2pvpn.overlay.session.SessionTimers.Need.KEEPALIVE;
import static org.p2pvpn.overlay.session.SessionTimers.Need.NOTHING;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.session.SessionTimers.Activity;
import org.p2pvpn.overlay.session.SessionTimers.Need;

/** WireGuard's timers at each boundary: one nanosecond before, and at it. */
final class SessionTimersTest {
  private static final long BEGAN = TimeUnit.SECONDS.toNanos(1000);
  private static final long LONG_AGO = BEGAN - TimeUnit.SECONDS.toNanos(500);
  private static final Activity QUIET = new Activity(LONG_AGO, LONG_AGO, NEVER, NEVER, false);
  private static final Activity SENT = new Activity(BEGAN + 1, LONG_AGO, NEVER, NEVER, false);
  private static final Activity RECEIVED = new Activity(LONG_AGO, BEGAN + 1, NEVER, NEVER, false);
  private static final Activity WAITING = new Activity(LONG_AGO, LONG_AGO, NEVER, NEVER, true);

  private final Epochs.Pair epochs = Epochs.pair(Suite.AESGCM_SHA256, BEGAN);

  private Need initiator(Activity activity, long ageNanos) {
    return SessionTimers.need(activity, epochs.initiator(), BEGAN + ageNanos);
  }

  private Need responder(Activity activity, long ageNanos) {
    return SessionTimers.need(activity, epochs.responder(), BEGAN + ageNanos);
  }

  @Test
  void aSessionWithoutKeysShakesHandsForAPacketOnly() {
    assertThat(SessionTimers.need(WAITING, null, BEGAN)).isEqualTo(HANDSHAKE);
    assertThat(SessionTimers.need(QUIET, null, BEGAN)).isEqualTo(NOTHING);
    assertThat(SessionTimers.need(SENT, null, BEGAN)).isEqualTo(NOTHING);
  }

  @Test
  void theInitiatorRekeysAfterTwoMinutesWhenItSent() {
    long limit = EpochLimits.REKEY_AFTER_NANOS;
    assertThat(initiator(SENT, limit - 1)).isEqualTo(NOTHING);
    assertThat(initiator(SENT, limit)).isEqualTo(HANDSHAKE);
  }

  @Test
  void theInitiatorRekeysBeforeTheEndWhenItOnlyReceived() {
    long limit = EpochLimits.REKEY_RECEIVING_AFTER_NANOS;
    assertThat(initiator(RECEIVED, limit - 1)).isEqualTo(NOTHING);
    assertThat(initiator(RECEIVED, limit)).isEqualTo(HANDSHAKE);
  }

  @Test
  void theResponderLeavesRekeyingByAgeToTheInitiator() {
    assertThat(responder(SENT, EpochLimits.REKEY_AFTER_NANOS)).isEqualTo(NOTHING);
    assertThat(responder(RECEIVED, EpochLimits.REKEY_RECEIVING_AFTER_NANOS)).isEqualTo(NOTHING);
  }

  @Test
  void aQuietSessionIsLeftToExpire() {
    assertThat(initiator(QUIET, EpochLimits.REJECT_AFTER_NANOS + 1)).isEqualTo(NOTHING);
  }

  @Test
  void eitherSideRekeysByCount() {
    int half = (int) (EpochLimits.AES_GCM_REKEY_AFTER_MESSAGES / 2);
    epochs.responder().reserve(half, BEGAN);
    assertThat(responder(QUIET, 0)).isEqualTo(NOTHING);
    epochs.responder().reserve(half, BEGAN);
    assertThat(responder(QUIET, 0)).isEqualTo(HANDSHAKE);
  }

  @Test
  void aPacketThatFindsDeadKeysAsksForNewOnes() {
    long limit = EpochLimits.REJECT_AFTER_NANOS;
    assertThat(responder(WAITING, limit - 1)).isEqualTo(NOTHING);
    assertThat(responder(WAITING, limit)).isEqualTo(HANDSHAKE);
  }

  @Test
  void silenceAfterSendingMeansANewHandshake() {
    Activity unanswered = new Activity(BEGAN, LONG_AGO, BEGAN, NEVER, false);
    assertThat(responder(unanswered, EpochLimits.SILENCE_NANOS - 1)).isEqualTo(NOTHING);
    assertThat(responder(unanswered, EpochLimits.SILENCE_NANOS)).isEqualTo(HANDSHAKE);
    assertThat(initiator(unanswered, EpochLimits.SILENCE_NANOS)).isEqualTo(HANDSHAKE);
  }

  @Test
  void whoOnlyReceivesSaysThatItIsThere() {
    Activity owed = new Activity(LONG_AGO, BEGAN, NEVER, BEGAN, false);
    assertThat(responder(owed, EpochLimits.KEEPALIVE_AFTER_NANOS - 1)).isEqualTo(NOTHING);
    assertThat(responder(owed, EpochLimits.KEEPALIVE_AFTER_NANOS)).isEqualTo(KEEPALIVE);
    assertThat(initiator(owed, EpochLimits.KEEPALIVE_AFTER_NANOS)).isEqualTo(KEEPALIVE);
  }

  @Test
  void theKeepaliveComesBeforeTheOtherSideTakesSilenceForDeath() {
    assertThat(EpochLimits.KEEPALIVE_AFTER_NANOS).isLessThan(EpochLimits.SILENCE_NANOS);
  }

  @Test
  void worksAcrossTheClocksOverflow() {
    long began = Long.MAX_VALUE - 10;
    Epoch epoch = Epochs.pair(Suite.AESGCM_SHA256, began).initiator();
    Activity sent = new Activity(began + 20, began - 5, began + 20, NEVER, false);
    assertThat(SessionTimers.need(sent, epoch, began + 30)).isEqualTo(NOTHING);
    assertThat(SessionTimers.need(sent, epoch, began + EpochLimits.REKEY_AFTER_NANOS))
        .isEqualTo(HANDSHAKE);
  }
}
