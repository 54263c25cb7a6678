package org.p2pvpn.overlay.control;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.score.Hysteresis;
import org.p2pvpn.overlay.score.PathScore;

/**
 * Whether the spare has become the better path: both are scored once a second, and {@link
 * Hysteresis} says when the difference is worth a move. Reads no clock. Lives on the control
 * thread.
 */
final class BetterPath {
  static final long TABLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Ours: as often as {@link Hysteresis} wants to see a path better before it moves. */
  private static final int WORSE_MAX = 3;

  private final PathSet paths;
  private Hysteresis hysteresis = Hysteresis.startingAt(0);
  private @Nullable CircuitPath judged;
  private long tableNanos;
  private int spareBroken;

  BetterPath(PathSet paths) {
    this.paths = paths;
  }

  /** What to do about the paths. */
  enum Advice {
    STAY,
    MOVE,
    /** The spare is of no use: full, or gone from the table. */
    REPLACE_SPARE
  }

  Advice look(Planner planner, long nowNanos) {
    CircuitPath active = paths.active;
    if (active == null || nowNanos - tableNanos < TABLE_NANOS) {
      return Advice.STAY;
    }
    tableNanos = nowNanos;
    long second = TimeUnit.NANOSECONDS.toSeconds(nowNanos);
    if (active != judged) {
      hysteresis = judged == null ? Hysteresis.startingAt(second) : hysteresis.moved(second);
      judged = active;
    }
    report(planner, nowNanos);
    CircuitPath spare = paths.spare;
    if (spare == null || !spare.isOpen() || !active.isOpen()) {
      return Advice.STAY;
    }
    long table = Controller.moment(nowNanos).unixSeconds();
    PathScore other = planner.score(spare, spare.gauge.figuresAtWorst(), table);
    if (other == null) {
      return Advice.STAY;
    }
    spareBroken = other.broken() ? spareBroken + 1 : 0;
    if (spareBroken >= WORSE_MAX) {
      spareBroken = 0;
      return Advice.REPLACE_SPARE;
    }
    PathScore current = planner.score(active, active.gauge.figures(), table);
    if (current == null) {
      return Advice.STAY;
    }
    hysteresis = hysteresis.next(current, other, second);
    return hysteresis.move() ? Advice.MOVE : Advice.STAY;
  }

  private void report(Planner planner, long nowNanos) {
    for (CircuitPath path : paths.all()) {
      PathGauge.Lately lately = path.gauge.takeReport();
      if (lately.decided() > 0) {
        planner.onProbed(path, lately.decided(), lately.lost(), Controller.moment(nowNanos));
      }
    }
  }
}
