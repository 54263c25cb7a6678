package org.p2pvpn.overlay.session;

import java.util.concurrent.TimeUnit;

/**
 * How much of the control thread one session may take: messages that are no packets, each of which
 * wakes it. Who says more is not heard for a moment, as with a full queue, which would be
 * everyone's; whatever matters is said again. Asked on the data thread, before anything is copied.
 *
 * <p>Virtual scheduling, as ITU-T I.371 has it for cells: what was said is a moment in the future.
 * One thread: a session's epochs are of one shard.
 */
final class TalkShare {
  /** Ours: a busy path is probed forty times a second, for a moment two hundred times. */
  static final int PER_SECOND = 100;

  /** Ours: adverts, a lookup's answers and the circuits of a first second together. */
  static final int BURST = 400;

  private static final long MESSAGE_NANOS = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
  private static final long BURST_NANOS = (BURST - 1) * MESSAGE_NANOS;

  private long saidUntilNanos = Session.NEVER;

  /** Whether one more message is heard. */
  boolean take(long nowNanos) {
    boolean quiet = saidUntilNanos == Session.NEVER || saidUntilNanos - nowNanos < 0;
    long from = quiet ? nowNanos : saidUntilNanos;
    if (from - nowNanos > BURST_NANOS) {
      return false;
    }
    saidUntilNanos = from + MESSAGE_NANOS;
    return true;
  }
}
