package org.p2pvpn.overlay.score;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A node's place in the network, such that distances are round trips: a vector of 8 dimensions and
 * a height, which is the way over its access link. Vivaldi (Dabek et al., SIGCOMM 2004) as in
 * Serf's {@code coordinate} package, whose parameters these are.
 *
 * <pre>
 *   distance(a, b) = |a.vector - b.vector| + a.height + b.height
 *   rtt(a, b)      = distance + a.adjustment + b.adjustment, if that is above 0, else distance
 * </pre>
 *
 * All in seconds. Immutable.
 */
public final class Coordinate {
  public static final int DIMENSIONS = 8;

  /** Serf's VivaldiErrorMax: of one that has seen nothing, and the most there is. */
  public static final double ERROR_MAX = 1.5;

  /** Serf's HeightMin, 10 us. */
  public static final double HEIGHT_MIN_SECONDS = 10e-6;

  /**
   * Serf refuses round trips above 10 s; nothing that a coordinate is made of can be larger. A
   * claim beyond it is senseless and taken for no claim.
   */
  static final double SECONDS_MAX = 10;

  public static final Coordinate ORIGIN =
      new Coordinate(new double[DIMENSIONS], ERROR_MAX, 0, HEIGHT_MIN_SECONDS);

  private final double[] vector;
  private final double error;
  private final double adjustmentSeconds;
  private final double heightSeconds;

  Coordinate(double[] vector, double error, double adjustmentSeconds, double heightSeconds) {
    this.vector = vector;
    this.error = error;
    this.adjustmentSeconds = adjustmentSeconds;
    this.heightSeconds = heightSeconds;
  }

  /** What somebody else says of himself; null when that cannot be. */
  public static @Nullable Coordinate claimed(
      double[] vector, double error, double adjustmentSeconds, double heightSeconds) {
    boolean sane =
        vector.length == DIMENSIONS
            && Arrays.stream(vector).allMatch(Coordinate::isPossible)
            && error >= 0
            && error <= ERROR_MAX
            && isPossible(adjustmentSeconds)
            && heightSeconds >= HEIGHT_MIN_SECONDS
            && heightSeconds <= SECONDS_MAX;
    return sane ? new Coordinate(vector.clone(), error, adjustmentSeconds, heightSeconds) : null;
  }

  private static boolean isPossible(double seconds) {
    return Math.abs(seconds) <= SECONDS_MAX; // not so for NaN
  }

  public double[] vector() {
    return vector.clone();
  }

  /** How wrong it thinks it is: 0 not at all, {@link #ERROR_MAX} wholly. */
  public double error() {
    return error;
  }

  /** A node that is wholly wrong by its own word says nothing of where it is. */
  boolean isSettled() {
    return error < 1;
  }

  public double adjustmentSeconds() {
    return adjustmentSeconds;
  }

  public double heightSeconds() {
    return heightSeconds;
  }

  /** The round trip to be expected. */
  public double rttSecondsTo(Coordinate other) {
    double distance = distanceTo(other);
    double adjusted = distance + adjustmentSeconds + other.adjustmentSeconds;
    return adjusted > 0 ? adjusted : distance;
  }

  double distanceTo(Coordinate other) {
    return vectorDistanceTo(other) + heightSeconds + other.heightSeconds;
  }

  double vectorDistanceTo(Coordinate other) {
    double sum = 0;
    for (int i = 0; i < DIMENSIONS; i++) {
      double difference = vector[i] - other.vector[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof Coordinate other
        && Arrays.equals(vector, other.vector)
        && error == other.error
        && adjustmentSeconds == other.adjustmentSeconds
        && heightSeconds == other.heightSeconds;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(vector);
  }

  @Override
  public String toString() {
    return "%s height %.6f s, error %.2f".formatted(Arrays.toString(vector), heightSeconds, error);
  }
}
