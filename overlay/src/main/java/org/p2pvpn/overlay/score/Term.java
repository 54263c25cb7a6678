package org.p2pvpn.overlay.score;

import java.util.Locale;

/**
 * What a score is made of. A term turns a figure into a number in [0,1]:
 *
 * <pre>
 *   term = confidence(origin) * utility(figure)      confidence: 1 measured, 0.8 derived, 0.5 claimed
 *   term = 0.25                                      when nobody says anything
 *
 *   utility   trust          t                       t in [0,1], see Trust
 *             latency        100 / (100 + rtt)       round trip in ms
 *             availability   (s + 1) / (s + f + 2)   successes, failures: Laplace's rule of succession
 *             load           1 - l                   l in [0,1]
 *             loss           1 / (1 + (50 * p)^2)    p in [0,1]: 2 % halves it
 *             throughput     b / (b + 50)            Mbit/s
 * </pre>
 *
 * A measurement takes the claim's place, so a claim never raises a term above the measurement. Load
 * is the one claim heeded beside a measurement: the larger counts, so it can only lower the term.
 */
public enum Term {
  TRUST,
  LATENCY,
  AVAILABILITY,
  LOAD,
  LOSS,
  THROUGHPUT;

  /** Ours: below anything middling that was measured, above what was measured to be bad. */
  static final double UNKNOWN_VALUE = 0.25;

  /** Ours: a round trip across an ocean is worth half of one next door. */
  static final double LATENCY_HALF_MILLIS = 100;

  /**
   * Ours. TCP's rate falls with the root of the loss (Mathis et al. 1997): at 2 % and 100 ms one
   * connection gets about 1 Mbit/s, which is no longer a good path for anything. Squared, so that
   * one lost probe is next to nothing.
   */
  static final double LOSS_HALF = 0.02;

  /** Ours: twice what a 4K stream takes. */
  static final double THROUGHPUT_HALF_MBIT = 50;

  static final double NANOS_PER_MILLI = 1e6;
  static final double BITS_PER_MBIT = 1e6;

  private final String words = name().toLowerCase(Locale.ROOT);

  public double value(Figure figure) {
    return figure.origin() == Origin.UNKNOWN
        ? UNKNOWN_VALUE
        : figure.origin().confidence() * utility(figure.value());
  }

  /**
   * @param figure trust, availability and load in [0,1], loss as a share, latency in ms, throughput
   *     in Mbit/s
   */
  double utility(double figure) {
    return switch (this) {
      case TRUST, AVAILABILITY -> clamped(figure);
      case LATENCY -> LATENCY_HALF_MILLIS / (LATENCY_HALF_MILLIS + Math.max(0, figure));
      case LOAD -> 1 - clamped(figure);
      case LOSS -> 1 / (1 + Math.pow(clamped(figure) / LOSS_HALF, 2));
      case THROUGHPUT -> Math.max(0, figure) / (Math.max(0, figure) + THROUGHPUT_HALF_MBIT);
    };
  }

  /** The figure's unit, as people read it; empty for a share. */
  public String unit() {
    return switch (this) {
      case LATENCY -> "ms";
      case THROUGHPUT -> "Mbit/s";
      case TRUST, AVAILABILITY, LOAD, LOSS -> "";
    };
  }

  /** As in the configuration: {@code trust}. */
  @Override
  public String toString() {
    return words;
  }

  private static double clamped(double share) {
    return Math.clamp(share, 0.0, 1.0);
  }
}
