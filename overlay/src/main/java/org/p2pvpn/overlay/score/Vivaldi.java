package org.p2pvpn.overlay.score;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Our own coordinate and how it moves with each measured round trip, as Serf does it, with limits
 * against liars. An immutable value.
 *
 * <pre>
 *   w       = own.error / (own.error + their.error)
 *   wrong   = |distance - rtt| / rtt
 *   error'  = wrong * 0.25 * w + own.error * (1 - 0.25 * w), at most 1.5
 *   force   = 0.25 * w * (rtt - distance)
 *   vector' = vector + force * unit(own - theirs)
 *   height' = height + force * (own.height + their.height) / |own - theirs|, at least 10 us
 *   then gravity pulls by (|vector'| / 150)^2 to the origin,
 *   and adjustment' = mean of the last 20 (rtt - distance) / 2
 * </pre>
 *
 * <p>Ours, beyond Serf: nobody is believed an error under 0.05, since a liar who claims 0 would
 * pull with full weight for ever; {@code rtt - distance} counts at most 100 ms, so that one lie
 * moves us no further than one ordinary surprise would; round trips are our own, so a liar can only
 * seem farther by waiting, never nearer.
 */
public final class Vivaldi {
  /** Serf's VivaldiCE and VivaldiCC: what one observation may change. */
  private static final double ERROR_GAIN = 0.25;

  private static final double FORCE_GAIN = 0.25;

  /** Serf's AdjustmentWindowSize. */
  private static final int WINDOW = 20;

  /** Serf's GravityRho, in seconds. */
  private static final double GRAVITY_RHO = 150;

  /** Serf's zeroThreshold: nearer than that has no direction. */
  private static final double ZERO_SECONDS = 1e-6;

  private static final double THEIR_ERROR_MIN = 0.05;
  private static final double SURPRISE_SECONDS_MAX = 0.1;

  private static final double NANOS_PER_SECOND = 1e9;

  public static final Vivaldi START = new Vivaldi(Coordinate.ORIGIN, new double[WINDOW], 0);

  private final Coordinate own;
  private final double[] surprises;
  private final int next;

  private Vivaldi(Coordinate own, double[] surprises, int next) {
    this.own = own;
    this.surprises = surprises;
    this.next = next;
  }

  /** After a restart, with what was saved; the window of adjustments begins anew. */
  public static Vivaldi startingAt(Coordinate saved) {
    return new Vivaldi(saved, new double[WINDOW], 0);
  }

  public Coordinate coordinate() {
    return own;
  }

  /**
   * Moves by one round trip. One that cannot be (none, or over 10 s) changes nothing. Jitter should
   * be gone already: Serf takes the median of a peer's last three.
   *
   * @param random for a direction when both stand on one point
   */
  public Vivaldi observed(Coordinate theirs, long rttNanos, RandomGenerator random) {
    double rtt = rttNanos / NANOS_PER_SECOND;
    if (rtt <= 0 || rtt > Coordinate.SECONDS_MAX) {
      return this;
    }
    double distance = own.distanceTo(theirs);
    double theirError = Math.max(theirs.error(), THEIR_ERROR_MIN);
    double weight = own.error() / Math.max(own.error() + theirError, ZERO_SECONDS);
    double wrong = Math.abs(distance - rtt) / rtt;
    double error =
        Math.min(
            wrong * ERROR_GAIN * weight + own.error() * (1 - ERROR_GAIN * weight),
            Coordinate.ERROR_MAX);
    double surprise = limited(rtt - distance);
    Coordinate moved = pushed(FORCE_GAIN * weight * surprise, theirs, error, random);

    double[] window = surprises.clone();
    window[next] = limited(rtt - moved.distanceTo(theirs));
    double adjustment = Arrays.stream(window).sum() / (2.0 * WINDOW);
    return new Vivaldi(
        new Coordinate(moved.vector(), error, adjustment, moved.heightSeconds()),
        window,
        (next + 1) % WINDOW);
  }

  private static double limited(double surprise) {
    return Math.clamp(surprise, -SURPRISE_SECONDS_MAX, SURPRISE_SECONDS_MAX);
  }

  private Coordinate pushed(double force, Coordinate theirs, double error, RandomGenerator random) {
    double[] vector = own.vector();
    double[] direction = theirs.vector();
    double apart = own.vectorDistanceTo(theirs);
    double height = own.heightSeconds();
    if (apart > ZERO_SECONDS) {
      for (int i = 0; i < vector.length; i++) {
        direction[i] = (vector[i] - direction[i]) / apart;
      }
      height += force * (own.heightSeconds() + theirs.heightSeconds()) / apart;
    } else {
      randomDirection(direction, random);
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] += force * direction[i];
    }
    pullToOrigin(vector);
    return new Coordinate(
        vector,
        error,
        own.adjustmentSeconds(),
        Math.clamp(height, Coordinate.HEIGHT_MIN_SECONDS, Coordinate.SECONDS_MAX));
  }

  private static void randomDirection(double[] direction, RandomGenerator random) {
    for (int i = 0; i < direction.length; i++) {
      direction[i] = random.nextDouble() - 0.5;
    }
    double length = length(direction);
    for (int i = 0; i < direction.length; i++) {
      direction[i] = length > ZERO_SECONDS ? direction[i] / length : i == 0 ? 1 : 0;
    }
  }

  /** All drift together otherwise: distances do not tell where the middle is. */
  private static void pullToOrigin(double[] vector) {
    double away = length(vector);
    if (away <= ZERO_SECONDS) {
      return;
    }
    double pull = (away / GRAVITY_RHO) * (away / GRAVITY_RHO);
    for (int i = 0; i < vector.length; i++) {
      vector[i] -= pull * vector[i] / away;
      vector[i] = Math.clamp(vector[i], -Coordinate.SECONDS_MAX, Coordinate.SECONDS_MAX);
    }
  }

  private static double length(double[] vector) {
    double sum = 0;
    for (double part : vector) {
      sum += part * part;
    }
    return Math.sqrt(sum);
  }
}
