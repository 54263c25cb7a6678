package org.p2pvpn.overlay.control;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.ledger.Observation;
import org.p2pvpn.overlay.wire.ExtendRefusal;

/**
 * What the path in use shows of the nodes on it: how much comes back by it, and whose silence ended
 * it. Tells the planner. Reads no clock. Lives on the control thread.
 */
final class Witness {
  /** Ours: an entry a minute for each hop, and as much is forgotten when the node is killed. */
  static final long REPORT_NANOS = TimeUnit.MINUTES.toNanos(1);

  /**
   * Ours: the exit answers by the other path within a round trip or two. Later, it may have been
   * our own link that was gone, and is back.
   */
  static final long CLEARED_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private @Nullable CircuitPath path;
  private long fromBytes;
  private long bytes;
  private long sinceNanos;

  private @Nullable Peer suspect;
  private long suspectedNanos;

  /** Once a tick: the exit's session tells what arrived whole. */
  void look(@Nullable CircuitPath active, Planner planner, long nowNanos) {
    if (active != path || nowNanos - sinceNanos >= REPORT_NANOS) {
      report(planner, nowNanos);
      path = active;
      sinceNanos = nowNanos;
      fromBytes = active == null ? 0 : active.exit().session.receivedBytes();
    }
    if (active != null) {
      bytes = active.exit().session.receivedBytes();
    }
  }

  private void report(Planner planner, long nowNanos) {
    CircuitPath carrier = path;
    if (carrier != null && bytes > fromBytes) {
      planner.onCarried(carrier, bytes - fromBytes, Controller.moment(nowNanos));
    }
  }

  /** The path was left after so much silence. Of several relays we cannot tell which it was. */
  void onSwitch(CircuitPath left, long silentNanos, long nowNanos) {
    suspect = silentNanos > 0 && left.relays().size() == 1 ? left.relays().getFirst() : null;
    suspectedNanos = nowNanos;
  }

  /** A relay refused; only that it is busy is about itself alone. */
  void onRefused(Peer relay, ExtendRefusal reason, @Nullable Planner planner, long nowNanos) {
    if (reason == ExtendRefusal.BUSY && planner != null) {
      planner.onBusy(relay, Controller.moment(nowNanos));
    }
  }

  /** A node said that it stops. */
  void onLeave(Peer gone, List<CircuitPath> paths, @Nullable Planner planner, long nowNanos) {
    if (planner != null && paths.stream().anyMatch(it -> it.contains(gone))) {
      planner.onBroken(gone, Observation.How.LEFT, Controller.moment(nowNanos));
    }
  }

  /** The exit answers again, by another path: so it was the relay that was silent. */
  void onHeard(@Nullable Planner planner, long nowNanos) {
    Peer silent = suspect;
    suspect = null;
    if (silent != null && planner != null && nowNanos - suspectedNanos < CLEARED_WITHIN_NANOS) {
      planner.onBroken(silent, Observation.How.SILENT, Controller.moment(nowNanos));
    }
  }
}
