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

  /** New connections leave by another exit; the old one's stay where they are. */
  void onExit(Peer from, Peer to) {
    String why = "new connections leave by %s, old ones still by %s".formatted(to.name, from.name);
    counters.count("exit_changes");
    LOG.info("exit: {}", why);
    add(new PathSwitch(System.currentTimeMillis(), why, 0, true));
  }

  private void add(PathSwitch change) {
    latest.addLast(change);
    if (latest.size() > KEPT) {
      latest.removeFirst();
    }
  }

  void add(CircuitPath from, CircuitPath to, String why, long silentNanos, boolean announced) {
    long silentMillis = TimeUnit.NANOSECONDS.toMillis(silentNanos);
    add(new PathSwitch(System.currentTimeMillis(), why, silentMillis, announced));
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
