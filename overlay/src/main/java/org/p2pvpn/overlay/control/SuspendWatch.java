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
  private long baselineNanos;
  private boolean began;

  /** How long the host slept since {@link #forget}, in one go or several; looks once a second. */
  long sleptNanos(long nowNanos) {
    if (!began || nowNanos - lookedNanos >= LOOK_NANOS) {
      look(nowNanos, uptimeNanos(nowNanos));
    }
    return aheadNanos - baselineNanos;
  }

  void look(long nowNanos, long uptimeNanos) {
    lookedNanos = nowNanos;
    aheadNanos = uptimeNanos - nowNanos;
    if (!began) {
      began = true;
      forget();
    }
  }

  /** From now on sleep counts anew. */
  void forget() {
    baselineNanos = aheadNanos;
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
