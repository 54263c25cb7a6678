package org.p2pvpn.overlay.control;

import org.p2pvpn.overlay.ledger.Observation;
import org.p2pvpn.overlay.wire.ControlMessage;

/** What the node is told; on the control thread, so it takes note and returns. */
interface ControllerEvents {
  void onConnected(Peer peer);

  void onRefused(Peer peer, String why);

  /** The exit lent other addresses than before. */
  void onLease(ControlMessage.LeaseGrant lease);

  /** For whoever remembers. */
  void onObserved(Observation what);
}
