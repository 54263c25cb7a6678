package org.p2pvpn.overlay.control;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.Bucket;
import org.p2pvpn.overlay.discovery.advert.NodeKeys;
import org.p2pvpn.overlay.discovery.lan.Beacon;
import org.p2pvpn.overlay.discovery.lan.BeaconCheck;
import org.p2pvpn.overlay.discovery.lan.BeaconWriter;
import org.p2pvpn.overlay.discovery.lan.LanLink;
import org.p2pvpn.overlay.identity.NodeId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds nodes on this host's own links. A peer that is heard is called there, and a session with it
 * moves there; a stranger is noted, and let in only where the operator lets the link's strangers
 * in, or when it has the network's key. Lives on the control thread, but for {@link #read}.
 */
final class Lan {
  private static final Logger LOG = LoggerFactory.getLogger(Lan.class);

  /** After the first beacon of an address: its receivers may be a moment behind, or lose one. */
  private static final long[] FIRST_GAPS_NANOS = {
    TimeUnit.SECONDS.toNanos(1), TimeUnit.SECONDS.toNanos(2), TimeUnit.SECONDS.toNanos(4)
  };

  /** Ours: who comes is heard at once, so this is for who was deaf. */
  private static final long GAP_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final long JITTER_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** A stranger that we answer with a beacon of ours is not answered again for so long. */
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** One call at a time to a peer: 1,440 bytes for a beacon of 200 that it signed. */
  private static final long CALL_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Less than lies between two beacons; those of one address for both families come together. */
  private static final long INTRODUCED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Three beacons that were not heard. */
  private static final long HEARD_NANOS = TimeUnit.SECONDS.toNanos(110);

  /** At the limit a stranger that is new has to wait until another one is forgotten. */
  static final int STRANGERS_MAX = 64;

  private static final double CALLS_PER_SECOND = 5;
  private static final double CALLS_BURST = 10;

  private final boolean strangersJoin;
  private final PeerBook peers;
  private final BeaconWriter writer;
  private final BeaconCheck check;
  private final LongSupplier sequence;
  private final RandomGenerator random;
  private final Outlet outlet;
  private final Bucket calls;
  private final Map<NodeId, Stranger> strangers = new LinkedHashMap<>();
  private final Map<NodeId, Long> called = new HashMap<>();
  private List<Turn> turns = List.of();
  private volatile List<LanLink> links = List.of();
  private volatile List<byte[]> known = List.of();
  private int udpPort;

  interface Outlet {
    /** To the multicast group of the link and of the address's family; takes note and returns. */
    void sendBeacon(LanLink link, InetAddress from, byte[] beacon);

    /** Calls it there now, whatever it does elsewhere. */
    void callAt(Peer peer, InetSocketAddress there, long nowNanos);

    void onKnown();

    /** One that must not learn our address. */
    boolean isBehindRelays(NodeId id);
  }

  private record Stranger(
      NodeKeys keys, String name, InetSocketAddress at, long firstNanos, long heardNanos) {}

  /** When an address has its next beacon. */
  private static final class Turn {
    final LanLink link;
    final InetAddress from;
    long nextNanos;
    long sentNanos;
    int sent;

    Turn(LanLink link, InetAddress from, long nowNanos) {
      this.link = link;
      this.from = from;
      nextNanos = nowNanos;
      sentNanos = nowNanos - ANSWER_NANOS;
    }
  }

  Lan(
      boolean strangersJoin,
      PeerBook peers,
      BeaconWriter writer,
      BeaconCheck check,
      LongSupplier sequence,
      RandomGenerator random,
      Outlet outlet,
      long nowNanos) {
    this.strangersJoin = strangersJoin;
    this.peers = peers;
    this.writer = writer;
    this.check = check;
    this.sequence = sequence;
    this.random = random;
    this.outlet = outlet;
    calls = new Bucket(CALLS_PER_SECOND, CALLS_BURST, nowNanos);
    know();
  }

  /** These are the host's links from now on; what is new among them is told of us at once. */
  void onLinks(List<LanLink> now, int port, long nowNanos) {
    udpPort = port;
    List<Turn> next = new ArrayList<>();
    for (LanLink link : now) {
      for (InetAddress own : link.voices()) {
        next.add(turn(link, own, nowNanos));
      }
    }
    links = List.copyOf(now);
    turns = next;
  }

  private Turn turn(LanLink link, InetAddress from, long nowNanos) {
    for (Turn turn : turns) {
      if (turn.link.index() == link.index() && turn.from.equals(from)) {
        return turn;
      }
    }
    return new Turn(link, from, nowNanos);
  }

  void onTick(long nowNanos) {
    know();
    for (Turn turn : turns) {
      if (nowNanos - turn.nextNanos >= 0) {
        send(turn, nowNanos);
      }
    }
  }

  private void send(Turn turn, long nowNanos) {
    outlet.sendBeacon(turn.link, turn.from, writer.write(sequence.getAsLong(), udpPort, turn.from));
    turn.sentNanos = nowNanos;
    turn.nextNanos =
        turn.sent < FIRST_GAPS_NANOS.length
            ? nowNanos + FIRST_GAPS_NANOS[turn.sent]
            : nowNanos + GAP_NANOS + random.nextLong(JITTER_NANOS);
    turn.sent++;
  }

  /**
   * What may be believed of a datagram, else null. On the thread that hears them, so that a flood
   * of what is not believed costs control nothing.
   */
  BeaconCheck.Result.@Nullable Heard read(byte[] datagram, InetAddress from, long nowNanos) {
    return check.check(datagram, from, links, known, nowNanos)
            instanceof BeaconCheck.Result.Heard heard
        ? heard
        : null;
  }

  void onBeacon(BeaconCheck.Result.Heard heard, InetAddress from, long nowNanos) {
    Beacon beacon = heard.beacon();
    InetSocketAddress at = new InetSocketAddress(from, beacon.port());
    NodeKeys keys = beacon.keys();
    Peer peer = peers.get(keys.id());
    if (peer == null) {
      peer = onStranger(beacon, heard.form(), at, nowNanos);
    }
    if (peer != null && Arrays.equals(peer.staticKey, keys.agreement())) {
      onPeer(peer, at, nowNanos);
    }
  }

  /** Nobody leaves the book, so its size says whether somebody came. */
  private void know() {
    if (known.size() != peers.all().size()) {
      known = peers.all().stream().map(peer -> peer.signingKey).toList();
    }
  }

  /** Null for one that stays a stranger. */
  private @Nullable Peer onStranger(
      Beacon beacon, Beacon.Form form, InetSocketAddress at, long nowNanos) {
    NodeId id = beacon.keys().id();
    strangers.values().removeIf(one -> nowNanos - one.heardNanos() > HEARD_NANOS);
    Stranger before = strangers.get(id);
    if (before == null && strangers.size() >= STRANGERS_MAX) {
      return null;
    }
    long first = before == null ? nowNanos : before.firstNanos();
    strangers.put(id, new Stranger(beacon.keys(), beacon.name(), at, first, nowNanos));
    boolean isMember = form == Beacon.Form.TO_NETWORK;
    if (peers.isFull() || !(isMember || strangersJoin)) {
      return null;
    }
    if (isMember || nowNanos - first >= INTRODUCED_NANOS) {
      return join(id, nowNanos);
    }
    // It has to hear of us before we call, or it would send us away.
    answer(at.getAddress(), nowNanos);
    return null;
  }

  private void answer(InetAddress to, long nowNanos) {
    for (Turn turn : turns) {
      if (turn.link.holds(to) && nowNanos - turn.sentNanos >= ANSWER_NANOS) {
        turn.nextNanos = nowNanos;
      }
    }
  }

  private @Nullable Peer join(NodeId id, long nowNanos) {
    Stranger stranger = strangers.remove(id);
    if (stranger == null) {
      return null;
    }
    NodeKeys keys = stranger.keys();
    Peer peer = peers.add(id, keys.signing(), keys.agreement(), Peer.Origin.LAN, nowNanos);
    if (!stranger.name().isEmpty()) {
      peer.name = stranger.name();
    }
    LOG.info("peer {}: found on this host's own link, at {}", id.shortForm(), stranger.at());
    outlet.onKnown();
    return peer;
  }

  /** The peer that this caller becomes because its beacon was heard, or null. */
  @Nullable Peer admit(NodeId id, byte[] staticKey, InetAddress from, long nowNanos) {
    Stranger stranger = strangers.get(id);
    boolean heard =
        stranger != null
            && strangersJoin
            && nowNanos - stranger.heardNanos() <= HEARD_NANOS
            && stranger.at().getAddress().equals(from)
            && Arrays.equals(stranger.keys().agreement(), staticKey);
    return heard && !peers.isFull() ? join(id, nowNanos) : null;
  }

  private void onPeer(Peer peer, InetSocketAddress at, long nowNanos) {
    if (outlet.isBehindRelays(peer.id)) {
      return;
    }
    peer.learnFirst(at);
    InetSocketAddress current = peer.session.endpoint();
    boolean isHereAlready = peer.isConnected() && current != null && isOnLink(current);
    Long before = called.get(peer.id);
    boolean tooSoon = before != null && nowNanos - before < CALL_NANOS;
    if (isHereAlready || tooSoon || !calls.take(nowNanos)) {
      return;
    }
    called.put(peer.id, nowNanos);
    outlet.callAt(peer, at, nowNanos);
  }

  private boolean isOnLink(InetSocketAddress endpoint) {
    return links.stream().anyMatch(link -> link.holds(endpoint.getAddress()));
  }

  /** Those whose beacons everybody may read, and who are not peers. */
  List<PeerReport> strangers(long nowNanos) {
    List<PeerReport> reports = new ArrayList<>();
    strangers.forEach(
        (id, stranger) -> {
          if (nowNanos - stranger.heardNanos() <= HEARD_NANOS) {
            reports.add(PeerReport.stranger(id, stranger.name(), stranger.at()));
          }
        });
    return reports;
  }

  void addTo(Map<String, Long> sums) {
    check.addTo(sums);
  }
}
