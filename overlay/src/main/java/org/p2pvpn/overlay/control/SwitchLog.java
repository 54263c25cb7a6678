package org.p2pvpn.overlay.control;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The latest changes of path, for the operator. Lives on the control thread. */
final class SwitchLog {
  private static final Logger LOG = LoggerFactory.getLogger(SwitchLog.class);

  /** Ours: what fits a screen; the oldest goes. */
  static final int KEPT = 16;

  private final ArrayDeque<PathSwitch> latest = new ArrayDeque<>();
  private final ControlCounters counters;

  SwitchLog(ControlCounters counters) {
    this.counters = counters;
  }

  void add(CircuitPath from, CircuitPath to, String why, long silentNanos, boolean announced) {
    long silentMillis = TimeUnit.NANOSECONDS.toMillis(silentNanos);
    latest.addLast(new PathSwitch(System.currentTimeMillis(), why, silentMillis, announced));
    if (latest.size() > KEPT) {
      latest.removeFirst();
    }
    counters.count("path_switches");
    LOG.info(
        "path: {}: now by {} instead of {} after {} ms",
        why,
        to.hops().getFirst().name,
        from.hops().getFirst().name,
        silentMillis);
  }

  /** The newest last. */
  List<PathSwitch> latest() {
    return List.copyOf(latest);
  }
}
