package org.p2pvpn.overlay.control;

import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.discovery.advert.Role;
import org.p2pvpn.overlay.discovery.advert.SignedAdvert;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.DiscoveryMessage;
import org.p2pvpn.overlay.wire.KadMessage;

/**
 * How nodes find each other: every part of discovery hears here of peers that come, speak and go.
 * Nothing of it concerns circuits' ends and hops, to whom we are nobody. Lives on the control
 * thread.
 */
final class Network {
  /** Ours: an exit that comes up is found within half a minute. */
  private static final long EXITS_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(15);

  private final NodeId self;
  private final Adverts adverts;
  private final Dht dht;
  private @Nullable String wantedCountry;
  private long wantedNanos;

  /** {@code advertFile}: the table of nodes is kept beside it. */
  Network(
      Identity identity,
      Path advertFile,
      PeerBook peers,
      RandomGenerator random,
      Dht.Outlet outlet) {
    Moment now = Controller.moment(System.nanoTime());
    self = NodeId.ofPublicKey(identity.signingKey());
    adverts = new Adverts(identity, advertFile, peers, new Random(random.nextLong()), outlet, now);
    dht =
        new Dht(
            self,
            advertFile.resolveSibling("table"),
            peers,
            adverts,
            new Random(random.nextLong()),
            outlet,
            now);
  }

  Adverts adverts() {
    return adverts;
  }

  Dht dht() {
    return dht;
  }

  /** There are keys to talk with: the first ones, or newer ones. */
  void onConnected(Peer peer, Moment now) {
    if (!peer.origin.isPassing() && !dht.isOurs(peer)) {
      adverts.onConnected(peer, now);
    }
    if (!isOfCircuit(peer)) {
      dht.onConnected(peer, now);
    }
  }

  /** It said that it stops. */
  void onGone(Peer peer, Moment now) {
    if (!peer.origin.isPassing()) {
      adverts.onGone(peer, now);
    }
  }

  void onMessage(Peer peer, DiscoveryMessage message, Moment now) {
    if (dht.isOurs(peer)) {
      dht.onAdvert(peer, message, now);
    } else if (!peer.origin.isPassing()) {
      adverts.onMessage(peer, message, now);
      if (!dht.isMet(peer)) {
        dht.meet(peer, now);
      }
    }
  }

  void onKad(Peer peer, KadMessage message, Moment now) {
    if (!isOfCircuit(peer)) {
      dht.onMessage(peer, message, now);
    }
  }

  /** Twenty times a second: what is to be done more rarely looks at the time first. */
  void onTick(Moment now) {
    SignedAdvert renewed = adverts.onTick(now);
    if (renewed != null) {
      dht.publish(renewed, now);
    }
    dht.onTick(now);
    lookForExits(now);
  }

  /** Exits of this country are looked for while none is known; null: no more. */
  void wantExitsOf(@Nullable String country) {
    wantedCountry = country;
    wantedNanos = 0;
  }

  private void lookForExits(Moment now) {
    String country = wantedCountry;
    boolean due = wantedNanos == 0 || now.nanos() - wantedNanos >= EXITS_PAUSE_NANOS;
    if (country == null || !due || dht.kad().status(now).nodes() == 0) {
      return;
    }
    wantedNanos = now.nanos();
    if (!adverts.hasExitIn(country, now.unixSeconds())) {
      dht.find(
          Role.EXIT,
          country,
          found ->
              found.forEach(
                  one -> adverts.learn(one.signed(), self, Controller.moment(System.nanoTime()))),
          now);
    }
  }

  /** What the next start is to know. */
  void save() {
    adverts.save();
    dht.save(Controller.moment(System.nanoTime()));
  }

  void addTo(Map<String, Long> sums) {
    adverts.addTo(sums);
    dht.kad().addTo(sums);
  }

  NodeId self() {
    return self;
  }

  private static boolean isOfCircuit(Peer peer) {
    return peer.origin == Peer.Origin.CIRCUIT || peer.origin == Peer.Origin.HOP;
  }
}
