package org.p2pvpn.overlay.transport;

import java.util.concurrent.TimeUnit;

/**
 * Which datagrams may go as a train. The kernel cuts no train into datagrams that need fragments on
 * the link: it refuses all of it, with EINVAL or EMSGSIZE. One by one it takes them. What fits is
 * not known before, since every way has an MTU of its own. Lives on the socket's event loop.
 */
final class TrainLimit {
  /** Ours: less fits any link that IPv6 uses (RFC 8200, section 5), so the cause was another. */
  static final int ALWAYS_FITS_BYTES = 1280 - 40 - 8;

  /** Ours: the way may be another by then; finding out costs a call in vain. */
  static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(5);

  private int refusedBytes = Integer.MAX_VALUE;
  private long refusedNanos;
  private int lastBytes;
  private boolean lastRefused;

  /** Whether a train of such datagrams is worth a try, which is then made. */
  boolean tries(int segmentBytes) {
    if (segmentBytes >= refusedBytes && isRefused(System.nanoTime())) {
      return false;
    }
    lastBytes = segmentBytes;
    lastRefused = false;
    return true;
  }

  /** Whether the train that was tried last did not go, as far as is known by now. */
  boolean isLastRefused() {
    return lastRefused;
  }

  /** The last train did not go. */
  void onRefused() {
    lastRefused = true;
    long nowNanos = System.nanoTime();
    if (lastBytes > ALWAYS_FITS_BYTES) {
      refusedBytes = isRefused(nowNanos) ? Math.min(refusedBytes, lastBytes) : lastBytes;
      refusedNanos = nowNanos;
    }
  }

  private boolean isRefused(long nowNanos) {
    return refusedBytes != Integer.MAX_VALUE && nowNanos - refusedNanos < FORGET_NANOS;
  }
}
