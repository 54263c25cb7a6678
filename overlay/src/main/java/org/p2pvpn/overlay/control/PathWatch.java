package org.p2pvpn.overlay.control;

import java.util.concurrent.TimeUnit;

/**
 * Tells a dead path from an idle one, in the manner of BFD (RFC 5880), but only where it matters:
 * while something was sent and nothing came back since. Then probes go out, and a path that answers
 * none of them is dead. Traffic that is answered costs no probe at all.
 *
 * <p>A function of what it was told and the time; lives on the control thread.
 */
final class PathWatch {
  /** Ours: less is what a busy host takes to schedule two processes. */
  static final long PATIENCE_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(25);

  /** Ours: with 10 % loss each way six round trips fail together once in twenty thousand. */
  static final int PROBES_MAX = 6;

  static final long PROBE_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** A probe at most for so many bytes of traffic, which keeps their cost under 1 %. */
  static final long BYTES_A_PROBE = 12_000;

  /** But a first one a second is always allowed. */
  static final long PROBE_ALLOWED_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Before the first measurement. RFC 6298 says a second; a path was just built over it. */
  private static final long RTT_NANOS_FIRST = TimeUnit.MILLISECONDS.toNanos(100);

  /** Ours: what a path's first packet may take longer than those after it. */
  private static final long SWITCH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private long smoothedNanos = RTT_NANOS_FIRST;
  private long variationNanos = RTT_NANOS_FIRST / 4;
  private boolean measured;

  private int probes;
  private long lastProbeNanos = Long.MIN_VALUE / 2;
  private long bytesAtProbe;
  private long measureNanos = Long.MIN_VALUE / 2;
  private long bytesAtMeasure;

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
    if (!silent || nowNanos - silentNanos < patienceNanos()) {
      probes = 0;
      // Traffic that is answered proves the path, but does not say how far it is.
      return isMeasureDue(sentBytes, nowNanos) ? measure(sentBytes, nowNanos) : Sight.FINE;
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

  private boolean isMeasureDue(long sentBytes, long nowNanos) {
    return (!measured || sentBytes - bytesAtMeasure >= BYTES_A_PROBE)
        && nowNanos - measureNanos >= PROBE_ALLOWED_AFTER_NANOS;
  }

  /** Has an account of its own: a path that dies now must not wait until that probe is paid for. */
  private Sight measure(long sentBytes, long nowNanos) {
    bytesAtMeasure = sentBytes;
    measureNanos = nowNanos;
    return Sight.PROBE;
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

  /** A round trip was measured; smoothed as TCP does (RFC 6298, section 2). */
  void onRoundTrip(long nanos) {
    if (!measured) {
      measured = true;
      smoothedNanos = nanos;
      variationNanos = nanos / 2;
      return;
    }
    variationNanos += (Math.abs(nanos - smoothedNanos) - variationNanos) / 4;
    smoothedNanos += (nanos - smoothedNanos) / 8;
  }

  /**
   * Another path. Until the first probe is back, which goes out at once, it counts as twice as far
   * as the last one.
   */
  void onSwitch(long nowNanos) {
    probes = 0;
    measured = false;
    smoothedNanos = Math.min(2 * smoothedNanos + SWITCH_NANOS, RTT_NANOS_FIRST);
    variationNanos = smoothedNanos / 2;
    lastProbeNanos = nowNanos - PROBE_ALLOWED_AFTER_NANOS;
    measureNanos = nowNanos;
  }

  /** How long an answer may take before anybody worries. */
  long patienceNanos() {
    return Math.max(PATIENCE_NANOS_MIN, smoothedNanos + smoothedNanos / 2 + 4 * variationNanos);
  }

  long roundTripNanos() {
    return measured ? smoothedNanos : -1;
  }
}
