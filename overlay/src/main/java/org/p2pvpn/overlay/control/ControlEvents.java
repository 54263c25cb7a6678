package org.p2pvpn.overlay.control;

import org.p2pvpn.overlay.ledger.Observation;
import org.p2pvpn.overlay.wire.ControlMessage;

/** What the node is told; on the control thread, so it takes note and returns. */
interface ControlEvents {
  void onConnected(Peer peer);

  void onRefused(Peer peer, String why);

  /** The exit of a class lent other addresses than before, or a former one is left. */
  void onLease(TrafficClass traffic, Lent lent);

  /** Is anything of this host still connected from there? {@link Paths#onUnused} says no. */
  void onFormer(TrafficClass traffic, ControlMessage.LeaseGrant lease);

  /** For whoever remembers. */
  void onObserved(Observation what);
}
