package org.p2pvpn.overlay.session;

import org.jspecify.annotations.Nullable;

/**
 * What a session needs at a moment, as a function of what happened and of the time: WireGuard's
 * timers (paper, section 6.2 to 6.5), evaluated on a tick instead of armed one by one.
 */
public final class SessionTimers {
  /** What there is to do. */
  public enum Need {
    NOTHING,
    KEEPALIVE,
    HANDSHAKE
  }

  /**
   * When things last happened, {@code System.nanoTime} style; {@link Session#NEVER} for never.
   *
   * @param packetSentNanos the last inner packet, keepalives and control messages left out
   * @param unansweredSinceNanos the first packet sent that nothing has come in after
   * @param owedSinceNanos the first packet received that nothing has gone out after
   * @param packetWaiting whether a packet waits for keys
   */
  public record Activity(
      long packetSentNanos,
      long packetReceivedNanos,
      long unansweredSinceNanos,
      long owedSinceNanos,
      boolean packetWaiting) {

    /** Whether a packet went out that nothing has come in after. */
    public boolean isUnanswered() {
      return unansweredSinceNanos != Session.NEVER;
    }
  }

  private SessionTimers() {}

  /** {@code sending} is the epoch in use, or null. */
  public static Need need(Activity activity, @Nullable Epoch sending, long nowNanos) {
    if (sending == null) {
      return activity.packetWaiting() ? Need.HANDSHAKE : Need.NOTHING;
    }
    long age = nowNanos - sending.createdNanos();
    boolean sentInEpoch = activity.packetSentNanos() - sending.createdNanos() >= 0;
    boolean receivedInEpoch = activity.packetReceivedNanos() - sending.createdNanos() >= 0;
    if (sending.wantsRekeyByCount()) {
      return Need.HANDSHAKE;
    }
    if (sending.isInitiator() && sentInEpoch && age >= EpochLimits.REKEY_AFTER_NANOS) {
      return Need.HANDSHAKE;
    }
    if (sending.isInitiator()
        && receivedInEpoch
        && age >= EpochLimits.REKEY_RECEIVING_AFTER_NANOS) {
      return Need.HANDSHAKE;
    }
    if (age >= EpochLimits.REJECT_AFTER_NANOS && activity.packetWaiting()) {
      return Need.HANDSHAKE;
    }
    // Sent, and heard nothing since: the other side may have restarted or moved.
    if (isPast(activity.unansweredSinceNanos(), EpochLimits.SILENCE_NANOS, nowNanos)) {
      return Need.HANDSHAKE;
    }
    // Received, and said nothing since: tell the other side that we are here.
    if (isPast(activity.owedSinceNanos(), EpochLimits.KEEPALIVE_AFTER_NANOS, nowNanos)) {
      return Need.KEEPALIVE;
    }
    return Need.NOTHING;
  }

  private static boolean isPast(long sinceNanos, long limitNanos, long nowNanos) {
    return sinceNanos != Session.NEVER && nowNanos - sinceNanos >= limitNanos;
  }
}
