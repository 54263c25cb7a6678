package org.p2pvpn.overlay.discovery.kad;

import org.p2pvpn.overlay.identity.NodeId;

/** What a lookup is for. */
sealed interface Goal {
  /** One node's advert; ends when it is found. */
  record Node(NodeId id) implements Goal {}

  /** The nodes nearest to a key. */
  record Nearest(KadKey target) implements Goal {}

  /** So many that do this there. */
  record Providers(int role, String country, int wanted) implements Goal {}

  default KadKey target() {
    return switch (this) {
      case Node(NodeId id) -> KadKey.of(id);
      case Nearest(KadKey target) -> target;
      case Providers(int role, String country, int _) -> KadKey.ofProviders(role, country);
    };
  }
}
