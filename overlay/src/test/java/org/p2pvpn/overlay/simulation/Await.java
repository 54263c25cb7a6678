package org.p2pvpn.overlay.simulation;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Looks again and again until something is so; a deadline far beyond what it should take. */
final class Await {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private Await() {}

  /** {@code otherwise} says what is the matter when the deadline has passed. */
  static void until(BooleanSupplier condition, Supplier<String> otherwise) {
    if (!within(PATIENCE_NANOS, condition)) {
      throw new AssertionError(otherwise.get());
    }
  }

  static boolean within(long nanos, BooleanSupplier condition) {
    long deadline = System.nanoTime() + nanos;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return true;
  }
}
