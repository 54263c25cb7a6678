package org.p2pvpn.overlay.circuit;

import java.util.concurrent.TimeUnit;

/**
 * How loaded a relay is, from 0 to 1: the most used of bandwidth, queue and processor, averaged
 * over some seconds, so that one burst refuses nobody. A function of what it is shown; one thread.
 */
public final class RelayLoad {
  /** Ours: a step shows to two thirds after it, and chosen paths move away within ten seconds. */
  private static final double AVERAGED_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final long queueBudgetBytes;
  private long relayedBytes;
  private long atNanos;
  private boolean begun;
  private double bandwidth;
  private double queue;
  private double cpu;

  /**
   * What is seen at one moment.
   *
   * @param relayedBytes since the start
   * @param queuedBytes now
   * @param cpu the share of the machine's processors that this process uses, 0 to 1, or less when
   *     that is not known
   */
  public record Sample(long relayedBytes, long queuedBytes, double cpu) {}

  public RelayLoad(long queueBudgetBytes) {
    this.queueBudgetBytes = queueBudgetBytes;
  }

  /** {@code bitsPerSecond}: the limit, 0 for none. */
  public void add(Sample seen, long bitsPerSecond, long nowNanos) {
    long passedNanos = nowNanos - atNanos;
    if (begun && passedNanos <= 0) {
      return;
    }
    if (begun) {
      double keep = Math.exp(-passedNanos / AVERAGED_NANOS);
      double bits = 8.0 * (seen.relayedBytes() - relayedBytes);
      double share = bitsPerSecond == 0 ? 0 : bits * 1e9 / passedNanos / bitsPerSecond;
      bandwidth = average(bandwidth, share, keep);
      queue = average(queue, (double) seen.queuedBytes() / queueBudgetBytes, keep);
      cpu = average(cpu, seen.cpu(), keep);
    }
    begun = true;
    relayedBytes = seen.relayedBytes();
    atNanos = nowNanos;
  }

  private static double average(double before, double now, double keep) {
    return keep * before + (1 - keep) * Math.clamp(now, 0.0, 1.0);
  }

  /** 0 to 1. */
  public double load() {
    return Math.max(bandwidth, Math.max(queue, cpu));
  }
}
