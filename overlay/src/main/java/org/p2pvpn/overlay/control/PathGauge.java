package org.p2pvpn.overlay.control;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.p2pvpn.overlay.score.PathScore;
import org.p2pvpn.overlay.wire.Frame;

/**
 * What the probes say of one path, from us to its exit and back, whether or not it is in use: how
 * far, and how much is lost. Some are as large as full packets, since a relay may treat those
 * otherwise. Reads no clock. Lives on the control thread.
 */
final class PathGauge {
  /** Taken as soon as the path stands, whatever the traffic: the patience with it rests on them. */
  static final int FIRST = RoundTrip.BEGUN_WITH + 1;

  static final long FIRST_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Ours: an answer that takes longer is worth no more than none. */
  static final long LOST_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Twice what is out at 20 a second; should more be, the oldest count as lost. */
  private static final int KEPT = 64;

  /** As {@link org.p2pvpn.overlay.score.Measurements}: 13 s of 20 probes a second. */
  private static final double MEMORY_PROBES = 256;

  /** Ours: load comes and goes with our own traffic; in two seconds one probe meets no queue. */
  private static final long LEAST_OF_NANOS = TimeUnit.MILLISECONDS.toNanos(2_500);

  private final long[] ids = new long[KEPT];
  private final long[] sentNanos = new long[KEPT];
  private final boolean[] large = new boolean[KEPT];
  private final boolean[] out = new boolean[KEPT];
  private int last;
  private int probed;
  private long lastNanos;
  private long heardNanos;

  private final RoundTrip roundTrip = new RoundTrip(RoundTrip.NANOS_FIRST);
  private final Least small = new Least();
  private final Least full = new Least();

  /** Probes that were answered or are lost, and those lost among them; older ones count less. */
  private double decided;

  private double lost;

  /** Since {@link #takeReport}. */
  private int decidedLately;

  private int lostLately;

  /** So many were lost, of so many that were answered or are lost. */
  record Lately(int decided, int lost) {}

  /** The least of the last 2.5 to 5 seconds. */
  private static final class Least {
    private long now = Long.MAX_VALUE;
    private long before = Long.MAX_VALUE;
    private long sinceNanos;

    void add(long nanos, long nowNanos) {
      if (nowNanos - sinceNanos >= LEAST_OF_NANOS) {
        before = now;
        now = Long.MAX_VALUE;
        sinceNanos = nowNanos;
      }
      now = Math.min(now, Math.max(1, nanos)); // 0 would be none
    }

    long nanos() {
      return Math.min(now, before);
    }
  }

  /** The path has just come to stand, and how far it is must be known before it is needed. */
  boolean isFirstDue(long nowNanos) {
    return probed < FIRST && nowNanos - lastNanos >= FIRST_EVERY_NANOS;
  }

  /** The plaintext of a probe that is about to go out. */
  byte[] next(boolean isLarge, RandomGenerator random, long nowNanos) {
    last = (last + 1) % KEPT;
    if (out[last]) {
      decide(true);
    }
    ids[last] = random.nextLong();
    sentNanos[last] = nowNanos;
    large[last] = isLarge;
    out[last] = true;
    probed++;
    lastNanos = nowNanos;
    int bytes = isLarge ? Frame.PROBE_ASIDE_BYTES_MAX : Frame.PROBE_BYTES;
    return ByteBuffer.allocate(bytes).put(Frame.PROBE_ASIDE).putLong(ids[last]).array();
  }

  /**
   * Returns the round trip that an echo ends; -1 when it was never asked for, or comes too late.
   */
  long onEcho(byte[] echo, long nowNanos) {
    if (echo.length < Frame.PROBE_BYTES) {
      return -1;
    }
    long id = ByteBuffer.wrap(echo).getLong(1);
    for (int i = 0; i < KEPT; i++) {
      boolean isIt = out[i] && ids[i] == id;
      if (isIt && echo.length == (large[i] ? Frame.PROBE_ASIDE_BYTES_MAX : Frame.PROBE_BYTES)) {
        out[i] = false;
        decide(false);
        heardNanos = nowNanos;
        long nanos = nowNanos - sentNanos[i];
        (large[i] ? full : small).add(nanos, nowNanos);
        if (!large[i]) {
          roundTrip.add(nanos);
        }
        return nanos;
      }
    }
    return -1;
  }

  /** When the last echo came. */
  long heardNanos() {
    return heardNanos;
  }

  /** What was not answered for too long is lost. */
  void expire(long nowNanos) {
    for (int i = 0; i < KEPT; i++) {
      if (out[i] && nowNanos - sentNanos[i] >= LOST_AFTER_NANOS) {
        out[i] = false;
        decide(true);
      }
    }
  }

  private void decide(boolean isLost) {
    double keep = 1 - 1 / MEMORY_PROBES;
    decided = decided * keep + 1;
    lost = lost * keep + (isLost ? 1 : 0);
    decidedLately++;
    lostLately += isLost ? 1 : 0;
  }

  /** For its patience; samples of small probes only, since what it waits for is as small. */
  RoundTrip roundTrip() {
    return roundTrip;
  }

  /** As far as is known, for the path in use. */
  PathScore.Probes figures() {
    return new PathScore.Probes(leastNanos(), decided == 0 ? Double.NaN : lost / decided);
  }

  /**
   * At worst, for a path that is to be better: by about one standard deviation of what the few
   * probes may hide. So the loss of our own link, which all paths share, is no reason to move, and
   * neither is an accident.
   */
  PathScore.Probes figuresAtWorst() {
    double loss = (lost + 1 + Math.sqrt(lost + 1)) / (decided + 2);
    return new PathScore.Probes(leastNanos(), Math.min(1, loss));
  }

  /** The larger of both sizes'; 0 when there is none. */
  private long leastNanos() {
    long least = small.nanos();
    if (full.nanos() != Long.MAX_VALUE) {
      least = least == Long.MAX_VALUE ? full.nanos() : Math.max(least, full.nanos());
    }
    return least == Long.MAX_VALUE ? 0 : least;
  }

  Lately takeReport() {
    Lately lately = new Lately(decidedLately, lostLately);
    decidedLately = 0;
    lostLately = 0;
    return lately;
  }
}
