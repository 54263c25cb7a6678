package org.p2pvpn.overlay.control;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** When a path has been in use for long enough. Reads no clock. Lives on the control thread. */
final class Rotation {
  /** Ours: a path costs some ten messages, and each relay sees a part of everything then. */
  static final long NANOS_MIN = TimeUnit.SECONDS.toNanos(10);

  /** Ours: a fifth sooner or later, so that two ends of a path are not matched by their clock. */
  private static final double SPREAD = 0.2;

  private final RandomGenerator random;
  private long everyNanos;
  private @Nullable CircuitPath used;
  private long endNanos;

  Rotation(RandomGenerator random) {
    this.random = random;
  }

  /** 0 for never. */
  void every(long nanos) {
    everyNanos = nanos == 0 ? 0 : Math.max(NANOS_MIN, nanos);
    used = null;
  }

  /** The time of what is in use begins anew. */
  void restart() {
    used = null;
  }

  boolean isDue(@Nullable CircuitPath active, long nowNanos) {
    if (everyNanos == 0 || active == null) {
      return false;
    }
    if (active != used) {
      used = active;
      double share = 1 + SPREAD * (2 * random.nextDouble() - 1);
      endNanos = nowNanos + (long) (everyNanos * share);
    }
    return nowNanos - endNanos >= 0;
  }
}
