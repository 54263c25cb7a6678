package org.p2pvpn.overlay.control;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.overlay.identity.NodeId;

/** Nodes that failed us a moment ago. */
final class Avoided {
  /** Ours: long enough for a restart, short enough to be tried again by the same user. */
  static final long NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Whose failure is longest ago first. */
  private final SequencedMap<NodeId, Long> until = new LinkedHashMap<>();

  void add(NodeId node, long nowNanos) {
    until.putLast(node, nowNanos + NANOS);
  }

  /** It is back: another run of it, or another way to it. */
  void remove(NodeId node) {
    until.remove(node);
  }

  /** They were not to blame. */
  void clear() {
    until.clear();
  }

  /** Who failed last first. */
  List<NodeId> at(long nowNanos) {
    until.values().removeIf(end -> nowNanos - end >= 0);
    return List.copyOf(until.sequencedKeySet().reversed());
  }
}
