package org.p2pvpn.overlay.circuit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A rate, and what is left of it now: virtual scheduling, as ITU-T I.371 has it for cells and RFC
 * 2697 calls a token bucket. What was spent is a moment in the future; when that is too far away
 * nothing may be spent.
 *
 * <p>Any thread; whoever sets the limit does it before, or lives with a moment of both.
 */
public final class Allowance {
  /** Ours: a loaded host may wake us so much too late, and the rate is still used up. */
  private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Ours: so much is worth waking up for; at 100 Mbit/s a train of nine datagrams. */
  private static final long CHUNK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Without a limit: one send's worth. */
  private static final int CHUNK_BYTES_MAX = 65_536;

  /** Ours: one datagram and some; smaller turns save nothing. */
  private static final int CHUNK_BYTES_MIN = 2048;

  static {
    assert CHUNK_NANOS < BURST_NANOS : "waiting for a chunk must not end before it may be spent";
  }

  private final AtomicLong spentUntilNanos = new AtomicLong();

  /** 0 without a limit. */
  private volatile double nanosPerByte;

  /** {@code bitsPerSecond}: 0 for no limit. */
  public Allowance(long bitsPerSecond, long nowNanos) {
    limit(bitsPerSecond, nowNanos);
  }

  public static Allowance unlimited() {
    return new Allowance(0, 0);
  }

  /** {@code bitsPerSecond}: 0 for no limit. */
  public void limit(long bitsPerSecond, long nowNanos) {
    spentUntilNanos.set(nowNanos);
    nanosPerByte = bitsPerSecond == 0 ? 0 : 8e9 / bitsPerSecond;
  }

  public boolean isLimited() {
    return nanosPerByte > 0;
  }

  /** 0 when there is something to spend, else how long until a chunk may be spent. */
  public long waitNanos(long nowNanos) {
    if (!isLimited()) {
      return 0;
    }
    long ahead = spentUntilNanos.get() - nowNanos;
    return ahead < BURST_NANOS ? 0 : ahead - BURST_NANOS + CHUNK_NANOS;
  }

  /** May overdraw: the next one then waits for longer. */
  public void spend(int bytes, long nowNanos) {
    if (!isLimited()) {
      return;
    }
    long cost = (long) (bytes * nanosPerByte);
    long before;
    long from;
    do {
      before = spentUntilNanos.get();
      from = before - nowNanos > 0 ? before : nowNanos;
    } while (!spentUntilNanos.compareAndSet(before, from + cost));
  }

  /** What a turn of one of many is worth: a millisecond of the rate, in bytes. */
  int chunkBytes() {
    double perByte = nanosPerByte;
    double bytes = perByte == 0 ? CHUNK_BYTES_MAX : CHUNK_NANOS / perByte;
    return (int) Math.clamp(bytes, CHUNK_BYTES_MIN, CHUNK_BYTES_MAX);
  }
}
