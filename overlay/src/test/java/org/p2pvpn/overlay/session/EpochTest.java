package org.p2pvpn.overlay.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.p2pvpn.noise.EpochKeys;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.packet.Verdict;

final class EpochTest {
  private static final long BEGAN = 1_000_000;
  private static final int TAG = 16;

  /** A message of the initiator's: ciphertext and tag. */
  private static byte[] sealed(Epoch sender, long counter, byte[] plaintext) {
    byte[] buffer = Arrays.copyOf(plaintext, plaintext.length + TAG);
    assertThat(sender.seal(0, counter, buffer, 0, plaintext.length)).isEqualTo(buffer.length);
    return buffer;
  }

  private static int open(Epoch receiver, long counter, byte[] sealed, byte[] target, long now) {
    return receiver.open(counter, sealed, 0, sealed.length, target, 0, now);
  }

  private static Verdict refusal(Epoch receiver, long counter, byte[] sealed, long now) {
    int answer = open(receiver, counter, sealed, new byte[2000], now);
    assertThat(answer).isNegative();
    return Epoch.verdict(answer);
  }

  /** Counting to 2^60 takes too long; the field stays private to everyone else. */
  private static void setSent(Epoch epoch, long sent) {
    try {
      MethodHandles.privateLookupIn(Epoch.class, MethodHandles.lookup())
          .findVarHandle(Epoch.class, "sent", long.class)
          .setVolatile(epoch, sent);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long rejectAfter(Suite suite) {
    return suite == Suite.AESGCM_SHA256
        ? EpochLimits.AES_GCM_REJECT_AFTER_MESSAGES
        : EpochLimits.CHACHA_REJECT_AFTER_MESSAGES;
  }

  private static long rekeyAfter(Suite suite) {
    return suite == Suite.AESGCM_SHA256
        ? EpochLimits.AES_GCM_REKEY_AFTER_MESSAGES
        : EpochLimits.CHACHA_REKEY_AFTER_MESSAGES;
  }

  @ParameterizedTest
  @EnumSource
  void opensWhatTheOtherEndSealed(Suite suite) {
    Epochs.Pair pair = Epochs.pair(suite, BEGAN);
    Random random = new Random(7);
    for (int length : new int[] {0, 1, 15, 16, 17, 64, 1400, 1501}) {
      byte[] plaintext = new byte[length];
      random.nextBytes(plaintext);
      long counter = pair.initiator().reserve(1, BEGAN);
      byte[] target = new byte[length + TAG];
      byte[] message = sealed(pair.initiator(), counter, plaintext);
      assertThat(open(pair.responder(), counter, message, target, BEGAN)).isEqualTo(length);
      assertThat(Arrays.copyOf(target, length)).isEqualTo(plaintext);
    }
  }

  @ParameterizedTest
  @EnumSource
  void opensInTheOtherDirectionWithTheOtherKey(Suite suite) {
    Epochs.Pair pair = Epochs.pair(suite, BEGAN);
    byte[] message = sealed(pair.responder(), 0, new byte[] {42});
    byte[] target = new byte[32];
    assertThat(refusal(pair.responder(), 0, message, BEGAN)).isEqualTo(Verdict.FORGED);
    assertThat(open(pair.initiator(), 0, message, target, BEGAN)).isEqualTo(1);
    assertThat(target[0]).isEqualTo((byte) 42);
  }

  @ParameterizedTest
  @EnumSource
  void rejectsACounterSeenTwice(Suite suite) {
    Epochs.Pair pair = Epochs.pair(suite, BEGAN);
    byte[] message = sealed(pair.initiator(), 3, new byte[5]);
    assertThat(open(pair.responder(), 3, message, new byte[32], BEGAN)).isEqualTo(5);
    assertThat(refusal(pair.responder(), 3, message, BEGAN)).isEqualTo(Verdict.REPLAYED);
  }

  @ParameterizedTest
  @EnumSource
  void aForgeryMarksNoCounter(Suite suite) {
    Epochs.Pair pair = Epochs.pair(suite, BEGAN);
    byte[] message = sealed(pair.initiator(), 3, new byte[5]);
    for (int bit = 0; bit < 8 * message.length; bit++) {
      byte[] forged = message.clone();
      forged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(refusal(pair.responder(), 3, forged, BEGAN)).isEqualTo(Verdict.FORGED);
    }
    assertThat(open(pair.responder(), 3, message, new byte[32], BEGAN)).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource
  void anotherCounterIsAForgery(Suite suite) {
    Epochs.Pair pair = Epochs.pair(suite, BEGAN);
    byte[] message = sealed(pair.initiator(), 3, new byte[5]);
    assertThat(refusal(pair.responder(), 4, message, BEGAN)).isEqualTo(Verdict.FORGED);
    assertThat(refusal(pair.responder(), 3L << 32, message, BEGAN)).isEqualTo(Verdict.FORGED);
    assertThat(pair.responder().isNewest(3L << 32)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void opensAndReservesUntilTheKeysAreTooOldAndNoLonger(Suite suite) {
    Epochs.Pair pair = Epochs.pair(suite, BEGAN);
    long last = BEGAN + EpochLimits.REJECT_AFTER_NANOS - 1;
    assertThat(pair.initiator().reserve(1, last)).isZero();
    assertThat(pair.initiator().reserve(1, last + 1)).isEqualTo(-1);
    byte[] message = sealed(pair.initiator(), 0, new byte[5]);
    assertThat(refusal(pair.responder(), 0, message, last + 1)).isEqualTo(Verdict.EPOCH_EXPIRED);
    assertThat(open(pair.responder(), 0, message, new byte[32], last)).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource
  void ageIsADifferenceSoThatTheClockMayOverflow(Suite suite) {
    Epoch epoch = Epochs.pair(suite, Long.MAX_VALUE - 5).initiator();
    assertThat(epoch.reserve(1, Long.MIN_VALUE + 5)).isZero();
    assertThat(epoch.reserve(1, Long.MAX_VALUE - 5 + EpochLimits.REJECT_AFTER_NANOS)).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void reservesConsecutiveCounters(Suite suite) {
    Epoch epoch = Epochs.pair(suite, BEGAN).initiator();
    assertThat(epoch.reserve(45, BEGAN)).isZero();
    assertThat(epoch.reserve(1, BEGAN)).isEqualTo(45);
    assertThat(epoch.reserve(2, BEGAN)).isEqualTo(46);
    assertThat(epoch.reserve(1, BEGAN)).isEqualTo(48);
  }

  @ParameterizedTest
  @EnumSource
  void givesOutTheLastCounterAndNoneBehindIt(Suite suite) {
    Epoch epoch = Epochs.pair(suite, BEGAN).initiator();
    setSent(epoch, rejectAfter(suite) - 2);
    assertThat(epoch.reserve(1, BEGAN)).isEqualTo(rejectAfter(suite) - 2);
    assertThat(epoch.reserve(1, BEGAN)).isEqualTo(rejectAfter(suite) - 1);
    for (int i = 0; i < 100; i++) {
      assertThat(epoch.reserve(64, BEGAN)).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTrainThatDoesNotFitGetsNoCounterAtAll(Suite suite) {
    Epoch epoch = Epochs.pair(suite, BEGAN).initiator();
    setSent(epoch, rejectAfter(suite) - 10);
    assertThat(epoch.reserve(11, BEGAN)).isEqualTo(-1);
    assertThat(epoch.reserve(1, BEGAN)).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void asksForNewKeysLongBeforeTheOldOnesAreWornOut(Suite suite) {
    Epoch epoch = Epochs.pair(suite, BEGAN).initiator();
    setSent(epoch, rekeyAfter(suite) - 1);
    assertThat(epoch.wantsRekeyByCount()).isFalse();
    assertThat(epoch.reserve(1, BEGAN)).isNotNegative();
    assertThat(epoch.wantsRekeyByCount()).isTrue();
    assertThat(epoch.reserve(1, BEGAN)).isNotNegative();
  }

  @ParameterizedTest
  @EnumSource
  void onlyTheInitiatorMaySendUnasked(Suite suite) {
    Epochs.Pair pair = Epochs.pair(suite, BEGAN);
    assertThat(pair.initiator().isConfirmed()).isTrue();
    assertThat(pair.responder().isConfirmed()).isFalse();
    pair.responder().confirm();
    assertThat(pair.responder().isConfirmed()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void erasesItsKeys(Suite suite) {
    EpochKeys keys = Epochs.keys(suite, 1, 2);
    Epoch epoch = new Epoch(Epochs.session(1), keys, 1, 2, true, 1, BEGAN);
    epoch.erase();
    assertThat(keys.sendKey()).containsOnly(0);
    assertThat(keys.receiveKey()).containsOnly(0);
  }

  /** A shard that comes late must not seal under a key that everyone knows. */
  @ParameterizedTest
  @EnumSource
  void neverSealsUnderTheErasedKey(Suite suite) {
    Epoch epoch = new Epoch(Epochs.session(1), Epochs.keys(suite, 1, 2), 1, 2, true, 4, BEGAN);
    epoch.erase();
    byte[] message = new byte[8 + TAG];
    epoch.seal(3, 0, message, 0, 8);
    Epoch zero = new Epoch(Epochs.session(2), Epochs.keys(suite, 0, 0), 2, 1, false, 1, BEGAN);
    assertThat(refusal(zero, 0, message, BEGAN)).isEqualTo(Verdict.FORGED);
  }
}
