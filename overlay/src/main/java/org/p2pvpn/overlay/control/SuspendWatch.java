package org.p2pvpn.overlay.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Notices that the host slept: {@code System.nanoTime} stands still in suspend, the kernel's uptime
 * does not, and setting the wall clock moves neither.
 */
final class SuspendWatch {
  private static final Path UPTIME = Path.of("/proc/uptime");
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private long lookedNanos;
  private long aheadNanos;
  private boolean began;

  /** How much longer the host's time ran than ours since the last look; looks once a second. */
  long sleptNanos(long nowNanos) {
    if (began && nowNanos - lookedNanos < LOOK_NANOS) {
      return 0;
    }
    return sleptNanos(nowNanos, uptimeNanos(nowNanos));
  }

  long sleptNanos(long nowNanos, long uptimeNanos) {
    long ahead = uptimeNanos - nowNanos;
    long slept = began ? ahead - aheadNanos : 0;
    began = true;
    lookedNanos = nowNanos;
    aheadNanos = ahead;
    return slept;
  }

  /** Without /proc the host never sleeps. */
  private long uptimeNanos(long nowNanos) {
    try {
      String text = Files.readString(UPTIME);
      return (long) (Double.parseDouble(text.substring(0, text.indexOf(' '))) * 1e9);
    } catch (IOException | RuntimeException _) {
      return nowNanos + aheadNanos;
    }
  }
}
