package org.p2pvpn.overlay.discovery.advert;

import org.p2pvpn.overlay.wire.DiscoveryMessage;

/** What happens between us and one peer, as far as adverts go. */
public sealed interface AdvertEvent {
  /** Keys are confirmed; of either role. */
  record SessionStarted() implements AdvertEvent {}

  record SessionEnded() implements AdvertEvent {}

  record Received(DiscoveryMessage message) implements AdvertEvent {}

  /** Once in a second or so; what waits goes out. */
  record Tick() implements AdvertEvent {}
}
