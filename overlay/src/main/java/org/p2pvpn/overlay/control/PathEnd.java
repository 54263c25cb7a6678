package org.p2pvpn.overlay.control;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How paths end: their relays are told, their own hops are forgotten, the exit stays. Lives on the
 * control thread.
 */
final class PathEnd {
  private static final Logger LOG = LoggerFactory.getLogger(PathEnd.class);

  /** Ours: longer than anything stays on its way. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Ours: a shard's turn takes microseconds; on a host that is busy, some milliseconds. */
  private static final long FORGET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final CircuitOutlet outlet;
  private final Supplier<List<CircuitPath>> inUse;
  private final ArrayDeque<Left> lingering = new ArrayDeque<>();

  /** Hops of ended paths: what tells them is sealed by the shards, a moment after it was asked. */
  private final ArrayDeque<Leaving> leaving = new ArrayDeque<>();

  private record Leaving(Peer hop, long sinceNanos) {}

  private record Left(CircuitPath path, long sinceNanos) {}

  /** {@code inUse}: the paths that stay. */
  PathEnd(CircuitOutlet outlet, Supplier<List<CircuitPath>> inUse) {
    this.outlet = outlet;
    this.inUse = inUse;
  }

  /** What is still on its way back by this path has a moment to arrive. */
  void soon(CircuitPath path, long nowNanos) {
    lingering.addLast(new Left(path, nowNanos));
  }

  void tick(long nowNanos) {
    for (Leaving hop = leaving.peekFirst();
        hop != null && nowNanos - hop.sinceNanos() >= FORGET_NANOS;
        hop = leaving.peekFirst()) {
      leaving.removeFirst();
      outlet.forget(hop.hop(), nowNanos);
    }
    for (Left left = lingering.peekFirst();
        left != null && nowNanos - left.sinceNanos() >= LINGER_NANOS;
        left = lingering.peekFirst()) {
      lingering.removeFirst();
      now(left.path(), nowNanos);
    }
  }

  /** All that linger, too. */
  void lingering(long nowNanos) {
    lingering.forEach(left -> now(left.path(), nowNanos));
    lingering.clear();
  }

  /** It came to nothing; returns why. By the next path its exit is called at once. */
  String failed(CircuitPath path, long nowNanos) {
    String why = String.valueOf(path.trouble());
    LOG.info("path by {}: given up: {}", path.hops().getFirst().name, why);
    now(path, nowNanos);
    path.exit().retry = null;
    return why;
  }

  void now(CircuitPath path, long nowNanos) {
    List<Peer> hops = path.hops();
    for (int at = hops.size() - 1; at >= 1; at--) {
      Peer before = hops.get(at - 1);
      if (before.isConnected() && !isShared(path, before, hops.get(at))) {
        for (Epoch epoch : hops.get(at).epochs) {
          outlet.send(before, new ControlMessage.Retract(epoch.localIndex()));
        }
      }
    }
    for (Peer hop : path.relays()) {
      if (hop.origin == Peer.Origin.HOP) {
        leaving.addLast(new Leaving(hop, nowNanos));
      }
    }
  }

  /** Whether another path of ours goes on from this relay to that hop, by the same circuits. */
  private boolean isShared(CircuitPath path, Peer before, Peer hop) {
    return inUse.get().stream()
        .anyMatch(other -> other != path && other.contains(hop) && other.before(hop) == before);
  }
}
