package org.p2pvpn.overlay.control;

import java.util.Map;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.wire.DiscoveryMessage;

/**
 * How nodes find each other: every part of discovery hears here of peers that come, speak and go.
 * Nothing of it concerns circuits' ends and hops, to whom we are nobody. Lives on the control
 * thread.
 */
final class Network {
  private final Adverts adverts;

  Network(Adverts adverts) {
    this.adverts = adverts;
  }

  Adverts adverts() {
    return adverts;
  }

  /** There are keys to talk with: the first ones, or newer ones. */
  void onConnected(Peer peer, Moment now) {
    if (!peer.origin.isPassing()) {
      adverts.onConnected(peer, now);
    }
  }

  /** It said that it stops. */
  void onGone(Peer peer, Moment now) {
    if (!peer.origin.isPassing()) {
      adverts.onGone(peer, now);
    }
  }

  void onMessage(Peer peer, DiscoveryMessage message, Moment now) {
    if (!peer.origin.isPassing()) {
      adverts.onMessage(peer, message, now);
    }
  }

  /** Twenty times a second: what is to be done more rarely looks at the time first. */
  void onTick(Moment now) {
    adverts.onTick(now);
  }

  /** What the next start is to know. */
  void save() {
    adverts.save();
  }

  void addTo(Map<String, Long> sums) {
    adverts.addTo(sums);
  }
}
