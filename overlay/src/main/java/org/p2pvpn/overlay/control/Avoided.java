package org.p2pvpn.overlay.control;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.overlay.identity.NodeId;

/** Nodes that failed us a moment ago. */
final class Avoided {
  /** Ours: long enough for a restart, short enough to be tried again by the same user. */
  static final long NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Map<NodeId, Long> until = new HashMap<>();

  void add(NodeId node, long nowNanos) {
    until.put(node, nowNanos + NANOS);
  }

  /** They were not to blame. */
  void clear() {
    until.clear();
  }

  Set<NodeId> at(long nowNanos) {
    until.values().removeIf(end -> nowNanos - end >= 0);
    return Set.copyOf(until.keySet());
  }
}
