package org.p2pvpn.overlay.control;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * How far the end of one path is, and how much that varies: as TCP estimates it (RFC 6298, section
 * 2), but begun with the median of five samples. The first ones are taken while a path is new and
 * our own code on it cold; RFC 6298 would make one of 50 ms a patience of 175 ms, for seconds.
 */
final class RoundTrip {
  /** Before the first sample. RFC 6298 says a second; a path was just built over it. */
  static final long NANOS_FIRST = TimeUnit.MILLISECONDS.toNanos(100);

  static final int BEGUN_WITH = 5;

  private final long[] first = new long[BEGUN_WITH];
  private int samples;
  private long smoothedNanos;
  private long variationNanos;

  /** Holds until there is a sample. */
  void guess(long nanos) {
    smoothedNanos = nanos;
    variationNanos = nanos / 2;
  }

  /** {@code guessNanos} holds until there is a sample. */
  RoundTrip(long guessNanos) {
    smoothedNanos = guessNanos;
    variationNanos = guessNanos / 4;
  }

  void add(long nanos) {
    if (samples < BEGUN_WITH) {
      first[samples++] = nanos;
      begin();
      return;
    }
    variationNanos += (Math.abs(nanos - smoothedNanos) - variationNanos) / 4;
    smoothedNanos += (nanos - smoothedNanos) / 8;
  }

  private void begin() {
    long[] sorted = Arrays.copyOf(first, samples);
    Arrays.sort(sorted);
    smoothedNanos = sorted[(samples - 1) / 2];
    variationNanos = smoothedNanos / 2;
    if (samples == BEGUN_WITH) {
      // Between quartiles, so that neither one cold start counts nor one lucky packet.
      variationNanos = Math.max((sorted[3] - sorted[1]) / 2, smoothedNanos / 8);
    }
  }

  boolean isMeasured() {
    return samples > 0;
  }

  /** Of what is known, or guessed. */
  long smoothedNanos() {
    return smoothedNanos;
  }

  /** How long an answer may take before anybody worries. */
  long patienceNanos() {
    return smoothedNanos + smoothedNanos / 2 + 4 * variationNanos;
  }
}
