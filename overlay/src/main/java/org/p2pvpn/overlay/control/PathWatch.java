package org.p2pvpn.overlay.control;

import java.util.concurrent.TimeUnit;

/**
 * Tells a dead path from an idle one, in the manner of BFD (RFC 5880), but only where it matters:
 * while something was sent and nothing came back since. Then probes go out, and a path that answers
 * none of them is dead. Traffic that is answered costs none of these; how far the path is, {@link
 * PathGauge} finds out.
 *
 * <p>A function of what it was told and the time; lives on the control thread.
 */
final class PathWatch {
  /** Ours: less is what a busy host takes to schedule two processes. */
  static final long PATIENCE_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(25);

  /** Ours: with 10 % loss each way six round trips fail together once in twenty thousand. */
  static final int PROBES_MAX = 6;

  static final long PROBE_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** A probe at most for so many bytes sent: with two hops, and one by the spare, 0.9 % of them. */
  static final long BYTES_A_PROBE = 24_000;

  /** But a first one a second is always allowed. */
  static final long PROBE_ALLOWED_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Ours: what a path's first packet may take longer than those after it. */
  private static final long SWITCH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private RoundTrip roundTrip = new RoundTrip(RoundTrip.NANOS_FIRST);
  private int probes;
  private long lastProbeNanos = Long.MIN_VALUE / 2;
  private long bytesAtProbe;
  private long suspectedSinceNanos;
  private long begunNanos = Long.MIN_VALUE / 2;

  /** What to do now. */
  enum Sight {
    FINE,
    PROBE,
    DEAD
  }

  /**
   * Looks at the path.
   *
   * @param silent whether something was sent that nothing came in after
   * @param silentNanos since when, as long as it is
   * @param sentBytes all that was ever sent by the session
   */
  Sight look(boolean silent, long silentNanos, long sentBytes, long nowNanos) {
    if (silentNanos != suspectedSinceNanos) {
      suspectedSinceNanos = silentNanos;
      probes = 0; // something came in since the last look
    }
    boolean begins = nowNanos - begunNanos < patienceNanos();
    if (!silent || begins || nowNanos - silentNanos < patienceNanos()) {
      probes = 0;
      return Sight.FINE;
    }
    if (probes == 0) {
      boolean paidFor = sentBytes - bytesAtProbe >= BYTES_A_PROBE;
      boolean rested = nowNanos - lastProbeNanos >= PROBE_ALLOWED_AFTER_NANOS;
      return paidFor || rested ? suspect(sentBytes, nowNanos) : Sight.FINE;
    }
    if (probes < PROBES_MAX) {
      return nowNanos - lastProbeNanos >= PROBE_EVERY_NANOS ? probe(nowNanos) : Sight.FINE;
    }
    return nowNanos - lastProbeNanos >= patienceNanos() ? Sight.DEAD : Sight.FINE;
  }

  private Sight suspect(long sentBytes, long nowNanos) {
    bytesAtProbe = sentBytes;
    return probe(nowNanos);
  }

  private Sight probe(long nowNanos) {
    if (probes > 0) {
      bytesAtProbe += BYTES_A_PROBE; // those that follow the first are paid for later
    }
    probes++;
    lastProbeNanos = nowNanos;
    return Sight.PROBE;
  }

  /**
   * Another path, and how far it was found to be while it was not in use. One that was not measured
   * counts as twice as far as the last one until the first probe is back, which goes out at once.
   */
  void onSwitch(RoundTrip next, long nowNanos) {
    long guess = Math.min(2 * roundTrip.smoothedNanos() + SWITCH_NANOS, RoundTrip.NANOS_FIRST);
    if (!next.isMeasured()) {
      next.guess(guess);
    }
    roundTrip = next;
    probes = 0;
    lastProbeNanos = nowNanos - PROBE_ALLOWED_AFTER_NANOS;
  }

  /**
   * A path that is being built, or stands since now: the silence of the one before it is not its
   * own, or each would be given up before it stands.
   */
  void follow(RoundTrip path, long nowNanos) {
    roundTrip = path;
    probes = 0;
    begunNanos = nowNanos;
  }

  /** How long an answer may take before anybody worries. */
  long patienceNanos() {
    return Math.max(PATIENCE_NANOS_MIN, roundTrip.patienceNanos());
  }
}
