package org.p2pvpn.cli.lab;

import java.util.ArrayDeque;
import java.util.List;

/** One stream of alice's as her traffic process tells it. Guarded by {@link Observations}. */
final class Flow {
  /** Ours: what fits a line, five seconds of it. */
  private static final int HISTORY_MAX = 20;

  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * What is shown of it.
   *
   * @param rttNanos of the last ping, -1 when it was not answered
   * @param history bits a second, oldest first
   * @param port alice's end of the connection
   */
  record Shown(
      String name,
      long bytes,
      double bitsPerSecond,
      long rttNanos,
      List<Double> history,
      int port) {
    double meanBitsPerSecond() {
      return history.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }
  }

  private String name;
  private final ArrayDeque<Double> history = new ArrayDeque<>();
  private long bytes;
  private long atNanos;
  private long rttNanos = -1;
  private int port;

  Flow(String name) {
    this.name = name;
  }

  void progress(long totalBytes, long nowNanos, int localPort) {
    port = localPort;
    if (atNanos != 0 && nowNanos > atNanos) {
      history.add((totalBytes - bytes) * 8 * NANOS_PER_SECOND / (nowNanos - atNanos));
    }
    if (history.size() > HISTORY_MAX) {
      history.removeFirst();
    }
    bytes = totalBytes;
    atNanos = nowNanos;
  }

  void rename(String newName) {
    name = newName;
  }

  void ping(long nanos) {
    rttNanos = nanos;
  }

  Shown shown() {
    double last = history.isEmpty() ? 0 : history.getLast();
    return new Shown(name, bytes, last, rttNanos, List.copyOf(history), port);
  }
}
