package org.p2pvpn.overlay.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * Notices that the host slept: {@code System.nanoTime} stands still in suspend, the kernel's uptime
 * does not, and setting the wall clock moves neither. The uptime is a file, and so it is only read
 * when the wall clock went another way than {@code nanoTime}: it sleeps with neither.
 */
final class SuspendWatch {
  private static final Path UPTIME = Path.of("/proc/uptime");

  /**
   * Ours: a wall clock that is slewed at the kernel's limit goes so far in a quarter of an hour.
   */
  private static final long APART_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final LongSupplier wallNanos;
  private final LongUnaryOperator uptimeNanos;
  private long apartNanos;
  private long aheadNanos;
  private long baselineNanos;
  private boolean began;

  /**
   * By these clocks.
   *
   * @param uptimeNanos suspend included; given what {@code nanoTime} would make of it
   */
  SuspendWatch(LongSupplier wallNanos, LongUnaryOperator uptimeNanos) {
    this.wallNanos = wallNanos;
    this.uptimeNanos = uptimeNanos;
  }

  /** Of this host; without /proc it never sleeps. */
  static SuspendWatch ofHost() {
    return new SuspendWatch(
        () -> TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()), SuspendWatch::readUptime);
  }

  /** How long the host slept since {@link #forget}, in one go or several. */
  long sleptNanos(long nowNanos) {
    long apart = wallNanos.getAsLong() - nowNanos;
    if (!began || Math.abs(apart - apartNanos) >= APART_NANOS) {
      apartNanos = apart;
      aheadNanos = uptimeNanos.applyAsLong(nowNanos + aheadNanos) - nowNanos;
      if (!began) {
        began = true;
        forget();
      }
    }
    return aheadNanos - baselineNanos;
  }

  /** From now on sleep counts anew. */
  void forget() {
    baselineNanos = aheadNanos;
  }

  private static long readUptime(long otherwise) {
    try {
      String text = Files.readString(UPTIME);
      return (long) (Double.parseDouble(text.substring(0, text.indexOf(' '))) * 1e9);
    } catch (IOException | RuntimeException _) {
      return otherwise;
    }
  }
}
