package org.p2pvpn.overlay.dataplane;

import org.p2pvpn.overlay.circuit.FairQueue;
import org.p2pvpn.overlay.circuit.RelayTable;
import org.p2pvpn.overlay.telemetry.Counters;

/** A relay's way as a shard makes it, but that nobody wakes it. */
final class RelayPaths {
  private RelayPaths() {}

  static RelayPath direct(WireEnd wire, SealBatch batch, RelayTable circuits, Counters counters) {
    FairQueue waiting = new FairQueue(0, 1 << 20, circuits.bandwidth(), counters);
    return new RelayPath(wire.udp, batch, circuits, waiting, _ -> {}, counters);
  }
}
