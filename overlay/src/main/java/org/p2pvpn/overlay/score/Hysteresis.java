package org.p2pvpn.overlay.score;

/**
 * When to leave a path for a better one, so that jitter does not flap. One value belongs to one
 * path in use; {@link #next} is asked once for each table, about once a second.
 *
 * <pre>
 *   worth moving    best &gt;= current + max(0.04, 0.05 * current), or current is broken and best is not
 *   move            worth moving in 3 tables in a row, and 10 s after the last move; broken: at once
 * </pre>
 *
 * With a table a second a step is answered within three to ten seconds.
 *
 * @param betterInARow tables in a row in which leaving was worth it
 * @param movedAtEpochSecond when the path in use came into use
 * @param move whether to move now
 */
public record Hysteresis(int betterInARow, long movedAtEpochSecond, boolean move) {
  /**
   * Ours: over what jitter does to a balanced score. 100 ms of round trip that become 130 cost it
   * 0.016, one lost probe 0.04 for a table or two; 2 % of loss cost 0.07.
   */
  static final double MARGIN = 0.04;

  static final double MARGIN_SHARE = 0.05;

  /** Ours: an accident rarely outlasts two tables. */
  static final int TABLES = 3;

  /** Ours: issue 3 wants the path to have moved within 10 s of a step. */
  static final long REST_SECONDS = 10;

  public static Hysteresis startingAt(long epochSecond) {
    return new Hysteresis(0, epochSecond, false);
  }

  public static boolean worthMoving(PathScore current, PathScore best) {
    if (best.broken()) {
      return false;
    }
    return current.broken()
        || best.score() >= current.score() + Math.max(MARGIN, MARGIN_SHARE * current.score());
  }

  /** After {@code move} the value for the new path is {@link #startingAt}. */
  public Hysteresis next(PathScore current, PathScore best, long nowEpochSecond) {
    if (!worthMoving(current, best)) {
      return new Hysteresis(0, movedAtEpochSecond, false);
    }
    int better = betterInARow + 1;
    boolean rested = nowEpochSecond - movedAtEpochSecond >= REST_SECONDS;
    return new Hysteresis(
        better, movedAtEpochSecond, current.broken() || (better >= TABLES && rested));
  }
}
