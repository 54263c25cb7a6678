package org.p2pvpn.overlay.control;

import org.p2pvpn.overlay.ledger.Observation;
import org.p2pvpn.overlay.wire.ControlMessage;

/** What control tells of its peers, in words that the rest of the node knows. */
record Translated(ControlPlane.Events to) implements ControlEvents {
  @Override
  public void onConnected(Peer peer) {
    to.onConnected(peer.id, peer.name);
  }

  @Override
  public void onRefused(Peer peer, String why) {
    to.onRefused(peer.id, peer.name, why);
  }

  @Override
  public void onLease(TrafficClass traffic, Lent lent) {
    to.onLease(traffic, lent);
  }

  @Override
  public void onFormer(TrafficClass traffic, ControlMessage.LeaseGrant lease) {
    to.onFormer(traffic, lease);
  }

  @Override
  public void onObserved(Observation what) {
    to.onObserved(what);
  }
}
