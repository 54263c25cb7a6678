package org.p2pvpn.overlay.discovery.advert;

import java.util.Set;
import org.p2pvpn.overlay.identity.NodeId;

/** A readable advert. Immutable; being one says nothing of its signature. */
public record Advert(NodeKeys keys, Validity validity, Claims claims) {
  public NodeId id() {
    return keys.id();
  }

  public long sequence() {
    return validity.sequence();
  }

  /** The IPv4 /24 and IPv6 /48 of the internet that it claims addresses in, as opaque numbers. */
  public Set<Long> prefixes() {
    return PrefixIndex.prefixesOf(this);
  }
}
