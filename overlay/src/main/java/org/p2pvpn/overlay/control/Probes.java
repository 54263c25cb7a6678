package org.p2pvpn.overlay.control;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.p2pvpn.overlay.wire.Frame;

/** The probes that are out: each counts once, and only when it is one of ours. */
final class Probes {
  /** More than {@link PathWatch} sends before it gives a path up, twice. */
  private static final int KEPT = 16;

  private final long[] ids = new long[KEPT];
  private final long[] sentNanos = new long[KEPT];
  private final boolean[] out = new boolean[KEPT];
  private final RandomGenerator random;
  private int last;

  Probes(RandomGenerator random) {
    this.random = random;
  }

  /** The plaintext of one that is about to go out. */
  byte[] next(long nowNanos) {
    last = (last + 1) % KEPT;
    ids[last] = random.nextLong();
    sentNanos[last] = nowNanos;
    out[last] = true;
    return ByteBuffer.allocate(Frame.PROBE_BYTES).put(Frame.PROBE).putLong(ids[last]).array();
  }

  /** What is out went by another path, and says nothing of the one in use. */
  void forget() {
    Arrays.fill(out, false);
  }

  /** The round trip that an echo ends, or -1 for one that was never asked for. */
  long roundTripNanos(byte[] echo, long nowNanos) {
    if (echo.length != Frame.PROBE_BYTES) {
      return -1;
    }
    long id = ByteBuffer.wrap(echo).getLong(1);
    for (int i = 0; i < KEPT; i++) {
      if (out[i] && ids[i] == id) {
        out[i] = false;
        return nowNanos - sentNanos[i];
      }
    }
    return -1;
  }
}
