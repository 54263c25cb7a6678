package org.p2pvpn.overlay.score;

/**
 * When to leave a path for a better one, so that jitter does not flap. One value belongs to one
 * class of traffic; {@link #next} is asked once for each table, about once a second.
 *
 * <pre>
 *   worth moving    best &gt;= current + 0.05, or current is broken and best is not
 *   move            worth moving in 3 tables in a row, and the rest since the last move is over;
 *                   when current is broken: at once
 *   rest            10 s, doubled by each move that came within 5 min of the one before, at most 320 s
 * </pre>
 *
 * With a table a second a step is answered within three to ten seconds; two paths that are bad by
 * turns are changed six times in ten minutes at most.
 *
 * @param betterInARow tables in a row in which leaving was worth it
 * @param movedAtEpochSecond when the path in use came into use
 * @param movesInARow each within 5 min of the one before
 * @param move whether to move now; then comes {@link #moved}
 */
public record Hysteresis(int betterInARow, long movedAtEpochSecond, int movesInARow, boolean move) {
  /**
   * Ours: over what jitter does to a balanced score. 100 ms of round trip that become 130 cost it
   * 0.01, one lost probe 0.01; 2 % of loss cost 0.10, a load of 0.2 that becomes 0.8 costs 0.12.
   */
  static final double MARGIN = 0.05;

  /** Ours: an accident rarely outlasts two tables. */
  static final int TABLES = 3;

  /** Ours: issue 3 wants the path to have moved within 10 s of a step. */
  static final long REST_SECONDS = 10;

  private static final int DOUBLINGS_MAX = 5;
  private static final long CALM_SECONDS = 300;

  public static Hysteresis startingAt(long epochSecond) {
    return new Hysteresis(0, epochSecond, 0, false);
  }

  public static boolean worthMoving(PathScore current, PathScore best) {
    return !best.broken() && (current.broken() || best.score() >= current.score() + MARGIN);
  }

  public Hysteresis next(PathScore current, PathScore best, long nowEpochSecond) {
    if (!worthMoving(current, best)) {
      return new Hysteresis(0, movedAtEpochSecond, movesInARow, false);
    }
    int better = betterInARow + 1;
    boolean due = better >= TABLES && nowEpochSecond - movedAtEpochSecond >= restSeconds();
    return new Hysteresis(better, movedAtEpochSecond, movesInARow, current.broken() || due);
  }

  private long restSeconds() {
    return REST_SECONDS << Math.min(movesInARow, DOUBLINGS_MAX);
  }

  /** Once the other path is in use. */
  public Hysteresis moved(long nowEpochSecond) {
    boolean calm = nowEpochSecond - movedAtEpochSecond >= CALM_SECONDS;
    return new Hysteresis(0, nowEpochSecond, calm ? 0 : movesInARow + 1, false);
  }
}
