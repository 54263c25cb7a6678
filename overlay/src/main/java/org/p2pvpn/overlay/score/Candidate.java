package org.p2pvpn.overlay.score;

import java.util.concurrent.TimeUnit;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * A node that may become a hop: what it claims, what we measured, and what follows from both. The
 * methods give the figure that counts, with its origin.
 *
 * @param trust {@link Trust}'s result
 */
public record Candidate(NodeId id, Claims claims, Measurements measurements, Figure trust) {
  /** Ours: how long a BUSY stands for a load of 100 %; a relay's queue turns over in less. */
  static final long BUSY_HOLD_SECONDS = 10;

  /** Ours: one lost answer is an accident, three are not. */
  static final int UNREACHABLE_AFTER_FAILURES = 3;

  /** Ours: doubled with each further failure, so that a dead node costs little. */
  static final long UNREACHABLE_SECONDS = 30;

  static final long UNREACHABLE_SECONDS_MAX = TimeUnit.HOURS.toSeconds(1);

  /**
   * Ours: an attacker's fresh node must wait a day, and work, before it may see an end of a path.
   */
  static final long NEWCOMER_SECONDS = TimeUnit.DAYS.toSeconds(1);

  static final long NEWCOMER_SUCCESSES = 10;

  /** Tor clipped what it believed of unmeasured relays at 10 MB/s (path-spec 1.1). */
  static final long BELIEVABLE_BITS_PER_SECOND = 80_000_000;

  public String country() {
    return measurements.country().isEmpty() ? claims.country() : measurements.country();
  }

  public Origin countryOrigin() {
    if (!measurements.country().isEmpty()) {
      return Origin.DERIVED;
    }
    return claims.country().isEmpty() ? Origin.UNKNOWN : Origin.CLAIMED;
  }

  /** Laplace's rule: (successes + 1) / (successes + failures + 2). */
  public Figure availability() {
    long tries = measurements.successes() + measurements.failures();
    return tries == 0
        ? Figure.UNKNOWN
        : Figure.measured((measurements.successes() + 1.0) / (tries + 2.0));
  }

  /**
   * The larger of what we saw and what it says of itself. Beside a measurement the claim can only
   * raise the load, which lowers the score, so the whole counts as measured.
   */
  public Figure load(long nowEpochSecond) {
    long busyAt = measurements.busyAtEpochSecond();
    if (busyAt != 0 && nowEpochSecond - busyAt < BUSY_HOLD_SECONDS) {
      return Figure.measured(1);
    }
    double seen = measurements.load();
    double said = claims.load();
    if (Double.isNaN(seen)) {
      return Double.isNaN(said) ? Figure.UNKNOWN : Figure.claimed(Math.clamp(said, 0.0, 1.0));
    }
    return Figure.measured(Math.clamp(Double.isNaN(said) ? seen : Math.max(seen, said), 0.0, 1.0));
  }

  public Figure loss() {
    return Double.isNaN(measurements.loss())
        ? Figure.UNKNOWN
        : Figure.measured(measurements.loss());
  }

  /** In Mbit/s. */
  public Figure throughput() {
    if (measurements.throughputBitsPerSecond() > 0) {
      return Figure.measured(measurements.throughputBitsPerSecond() / Term.BITS_PER_MBIT);
    }
    long said = Math.min(claims.uplinkBitsPerSecond(), BELIEVABLE_BITS_PER_SECOND);
    return said <= 0 ? Figure.UNKNOWN : Figure.claimed(said / Term.BITS_PER_MBIT);
  }

  /** Of too short an acquaintance to stand at an end of a path, whatever it says of itself. */
  public boolean isNewcomer(long nowEpochSecond) {
    return measurements.successes() < NEWCOMER_SUCCESSES
        || measurements.firstSeenEpochSecond() == 0
        || nowEpochSecond - measurements.firstSeenEpochSecond() < NEWCOMER_SECONDS;
  }

  /** Failed thrice or more in a row and is not due for another try: 30 s * 2^(n-3), at most 1 h. */
  public boolean isUnreachable(long nowEpochSecond) {
    int over = measurements.failuresInARow() - UNREACHABLE_AFTER_FAILURES;
    if (over < 0) {
      return false;
    }
    long wait = Math.min(UNREACHABLE_SECONDS << Math.min(over, 16), UNREACHABLE_SECONDS_MAX);
    return nowEpochSecond - measurements.lastFailureEpochSecond() < wait;
  }
}
