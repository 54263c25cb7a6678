package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
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
  private final Names names;
  private @Nullable Lan lan;
  private @Nullable PeerBook membersJoin;
  private final Map<Integer, String> wantedCountries = new TreeMap<>();
  private long wantedNanos;

  /** Names and the table of nodes are kept beside the adverts. */
  Network(
      ControlPlane.Settings settings, PeerBook peers, RandomGenerator random, Dht.Outlet outlet) {
    Moment now = Controller.moment(System.nanoTime());
    self = NodeId.ofPublicKey(settings.identity().signingKey());
    Path advertFile = settings.advertFile();
    adverts =
        new Adverts(
            settings.identity(),
            advertFile,
            settings.puzzle(),
            peers,
            new Random(random.nextLong()),
            outlet,
            now);
    dht =
        new Dht(
            self,
            advertFile.resolveSibling("table"),
            peers,
            adverts,
            new Random(random.nextLong()),
            outlet,
            now);
    names = new Names(peers, advertFile.resolveSibling("names"), self, settings.name());
  }

  Adverts adverts() {
    return adverts;
  }

  Dht dht() {
    return dht;
  }

  Names names() {
    return names;
  }

  /** Null where this node neither sends beacons nor listens to them. */
  @Nullable Lan lan() {
    return lan;
  }

  void lan(Lan newLan) {
    lan = newLan;
  }

  /** Ours is a private network: who makes a mac1 that we look at is a member of it. */
  void letMembersIn(PeerBook peers) {
    membersJoin = peers;
  }

  boolean hasMembers() {
    return membersJoin != null;
  }

  /**
   * The peer that a stranger becomes because it is a member, or on one of our links; or null.
   * Members' circuits end here, too, and come from the endpoints of peers.
   */
  @Nullable Peer admit(byte[] signingKey, byte[] staticKey, InetSocketAddress from, long nowNanos) {
    NodeId id = NodeId.ofPublicKey(signingKey);
    if (membersJoin != null && !membersJoin.isFull() && !membersJoin.isConnectedEndpoint(from)) {
      return membersJoin.add(id, signingKey, staticKey, Peer.Origin.JOINED, nowNanos);
    }
    return lan == null ? null : lan.admit(id, staticKey, from.getAddress(), nowNanos);
  }

  /** There are keys to talk with: the first ones, or newer ones. */
  void onConnected(Peer peer, Moment now) {
    if (!peer.origin.isPassing()) {
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
    if (peer.origin == Peer.Origin.GUEST) {
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

  /** Whether nothing is looked for. */
  boolean isIdle() {
    return dht.kad().isIdle();
  }

  /** At every tick of the control loop: what is to be done more rarely looks at the time first. */
  void onTick(Moment now) {
    names.onTick(now.nanos());
    if (lan != null) {
      lan.onTick(now.nanos());
    }
    SignedAdvert renewed = adverts.onTick(now);
    if (renewed != null) {
      dht.publish(renewed, now);
    }
    dht.onTick(now);
    lookForExits(now);
  }

  /**
   * Exits of this country are looked for while none is known; null: no more.
   *
   * @param traffic number of the class of traffic that wants one
   */
  void wantExitsOf(int traffic, @Nullable String country) {
    if (country == null) {
      wantedCountries.remove(traffic);
    } else {
      wantedCountries.put(traffic, country);
    }
    wantedNanos = 0;
  }

  private void lookForExits(Moment now) {
    boolean due = wantedNanos == 0 || now.nanos() - wantedNanos >= EXITS_PAUSE_NANOS;
    if (wantedCountries.isEmpty() || !due || dht.kad().status(now).nodes() == 0) {
      return;
    }
    wantedNanos = now.nanos();
    for (String country : Set.copyOf(wantedCountries.values())) {
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
  }

  /** Whether it says so. */
  boolean isExit(NodeId node) {
    var said = adverts.claimsOf(node, Controller.moment(System.nanoTime()).unixSeconds());
    return said != null && said.exit() != null;
  }

  /** What the next start is to know. */
  void save() {
    adverts.save();
    dht.save(Controller.moment(System.nanoTime()));
  }

  void addTo(Map<String, Long> sums) {
    adverts.addTo(sums);
    if (lan != null) {
      lan.addTo(sums);
    }
    dht.kad().addTo(sums);
  }

  private static boolean isOfCircuit(Peer peer) {
    return peer.origin == Peer.Origin.CIRCUIT || peer.origin == Peer.Origin.HOP;
  }
}
