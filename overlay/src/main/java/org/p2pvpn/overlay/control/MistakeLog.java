package org.p2pvpn.overlay.control;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When to write down a mistake of our own: at once with its stack trace, then no more than one a
 * minute, since what goes wrong may go wrong with every packet that a peer sends.
 */
final class MistakeLog {
  static final long AGAIN_AFTER_NANOS = TimeUnit.MINUTES.toNanos(1);

  private boolean wrote;
  private long wroteNanos;
  private long untold;

  /** What to write, or null for nothing now. */
  @Nullable String onMistake(long nowNanos) {
    if (wrote && nowNanos - wroteNanos < AGAIN_AFTER_NANOS) {
      untold++;
      return null;
    }
    String more = untold == 0 ? "" : ", and " + untold + " more since the last one told";
    wrote = true;
    wroteNanos = nowNanos;
    untold = 0;
    return "an event was dropped by a mistake of this program's own" + more;
  }
}
