package org.p2pvpn.overlay.control;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last changes of path, for the operator. */
final class SwitchLog {
  private static final Logger LOG = LoggerFactory.getLogger(SwitchLog.class);
  private static final int KEPT = 16;

  private final ArrayDeque<PathSwitch> switches = new ArrayDeque<>();

  /** {@code announced}: the relay said that it would leave, or we wanted it so. */
  void add(String why, Peer guard, long silentNanos, boolean announced) {
    long silentMillis = TimeUnit.NANOSECONDS.toMillis(silentNanos);
    switches.addLast(new PathSwitch(System.currentTimeMillis(), why, silentMillis, announced));
    if (switches.size() > KEPT) {
      switches.removeFirst();
    }
    LOG.info("path: {}: now by {} after {} ms", why, guard.name, silentMillis);
  }

  /** Oldest first. */
  List<PathSwitch> all() {
    return List.copyOf(switches);
  }
}
