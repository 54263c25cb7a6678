package org.p2pvpn.overlay.control;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.p2pvpn.overlay.session.EpochLimits;

/**
 * When the next initiation goes out, as a function of how many went unanswered: quickly at first,
 * since hosts that start together miss each other's first, then every 5 s with jitter as WireGuard;
 * and more seldom after 90 s, until somebody calls and a row begins anew.
 *
 * @param attempts sent since the last handshake that completed
 * @param beganNanos when the first of them was sent
 * @param nextNanos when the next one is due
 */
record HandshakeRetry(int attempts, long beganNanos, long nextNanos) {

  /** Ours: half a minute of initiations. */
  private static final int FAILED_ATTEMPTS = 10;

  /** Ours: who comes back calls us as well. */
  static final long RESTING_NANOS = TimeUnit.SECONDS.toNanos(20);

  static HandshakeRetry first(long nowNanos, RandomGenerator random) {
    return new HandshakeRetry(0, nowNanos, nowNanos).afterSending(nowNanos, random);
  }

  HandshakeRetry afterSending(long nowNanos, RandomGenerator random) {
    long quick = EpochLimits.FIRST_RETRY_NANOS << Math.min(attempts, 5);
    long pause =
        (isHopeless(nowNanos) ? RESTING_NANOS : Math.min(quick, EpochLimits.RETRY_AFTER_NANOS))
            + random.nextLong(EpochLimits.RETRY_JITTER_NANOS) / (attempts == 0 ? 8 : 1);
    return new HandshakeRetry(attempts + 1, beganNanos, nowNanos + pause);
  }

  boolean isDue(long nowNanos) {
    return nowNanos - nextNanos >= 0;
  }

  /** Whether an answer may well be on its way. */
  boolean isYoung() {
    return attempts <= FAILED_ATTEMPTS;
  }

  /** Whether the next attempt is farther away than somebody who waits should have to wait. */
  boolean isResting(long nowNanos) {
    return nextNanos - nowNanos > EpochLimits.RETRY_AFTER_NANOS + EpochLimits.RETRY_JITTER_NANOS;
  }

  /** Whether the next attempt is the one with which nobody believes in an answer; once a row. */
  boolean isFailure(long nowNanos) {
    return attempts == FAILED_ATTEMPTS && isDue(nowNanos);
  }

  boolean isHopeless(long nowNanos) {
    return nowNanos - beganNanos >= EpochLimits.GIVE_UP_AFTER_NANOS;
  }

  /** The other side asked for a cookie first: the same attempt again, now. */
  HandshakeRetry atOnce(long nowNanos) {
    return new HandshakeRetry(attempts, beganNanos, nowNanos);
  }
}
