package org.p2pvpn.overlay.discovery.advert;

import org.p2pvpn.overlay.identity.NodeId;

/** A readable advert. Immutable; being one says nothing of its signature. */
public record Advert(NodeKeys keys, Validity validity, Claims claims) {
  public NodeId id() {
    return keys.id();
  }

  public long sequence() {
    return validity.sequence();
  }
}
