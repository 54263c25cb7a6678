package org.p2pvpn.overlay.control;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.identity.OverlayAddress;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Session;

/**
 * One node we know and what is going on with it. Everything here is the control thread's; the
 * session is what the data plane sees of it.
 */
final class Peer {
  /** Where we know it from. */
  enum Origin {
    CONFIG,
    INVITE,
    JOINED,
    /** Another told us of it. */
    ADVERT,
    /** Heard on a link of this host. */
    LAN,
    /** Somebody's circuit ends or goes on here; it came by way of a peer, with a key of its own. */
    CIRCUIT,
    /** A node that we reach through others, and that sees a fresh key of ours. */
    HOP,
    /** A stranger who uses what we serve, or to whom we are one that asks who is out there. */
    GUEST;

    /** Lives as long as its keys, in memory only. */
    boolean isPassing() {
      return this == CIRCUIT || this == HOP || this == GUEST;
    }
  }

  /** Ours: a few retries, should the flood that it suffers under swallow some. */
  private static final long COOKIE_TURN_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Ours: an advert names 8 at most, and a node moves now and then. */
  private static final int CANDIDATES_MAX = 16;

  final NodeId id;
  final byte[] signingKey;
  final byte[] staticKey;
  final Origin origin;
  final Session session;

  /** Tried in turn until one answers; the session's own endpoint is where it answered last. */
  final List<InetSocketAddress> candidates = new ArrayList<>();

  /** The operator's name for it, else its own, else the short node id. */
  String name;

  boolean namedByOperator;

  /** Shown until it lets us in; zeros when we need none. */
  byte[] token;

  /** Whether we keep a session up even when there is no traffic. */
  boolean wanted;

  /** It came to us as a peer, so it lets us in as one. */
  boolean knowsUs;

  /** When it did not know us and would not have us as a peer; 0 for never. */
  long turnedAwayNanos;

  /** Initiations not answered yet, oldest first. */
  final ArrayDeque<OutgoingHandshake> handshakes = new ArrayDeque<>();

  @Nullable HandshakeRetry retry;

  /** Who we are to a hop; null where we are ourselves. */
  final @Nullable Identity ownIdentity;

  /** The greatest a {@link Origin#CIRCUIT} showed; those of others outlive us in a file. */
  long timestamp;

  /** Bound to the address it was sent to, and so of use with one endpoint only. */
  byte @Nullable [] cookie;

  @Nullable InetSocketAddress cookieEndpoint;
  long cookieNanos;

  /** Newest last; the one in use is {@link Session#sending}. */
  final List<Epoch> epochs = new ArrayList<>();

  /** Zero until the first. */
  long handshakeNanos;

  /** What the other side said when it refused us, or null. */
  @Nullable String refusal;

  final Echo echo = new Echo();

  /** Of the way to where it is, once packets go there. */
  @Nullable PathMtu pathMtu;

  /** When a round trip was last written down, or 0. */
  long roundTripNotedNanos;

  /** Where we have told it that we see it. */
  @Nullable InetSocketAddress toldEndpoint;

  /** The endpoint that {@link #relayedBy} was found out for. */
  @Nullable InetSocketAddress lookedAtEndpoint;

  /** The peer by whose relay it came to us, while we answer straight to that one's place. */
  @Nullable Peer relayedBy;

  /** What we lent it, as its exit. */
  AddressGuard.Pair lease = AddressGuard.Pair.NONE;

  Peer(
      NodeId id,
      byte[] signingKey,
      byte[] staticKey,
      Origin origin,
      String name,
      byte[] token,
      @Nullable Identity ownIdentity,
      Session session) {
    this.id = id;
    this.signingKey = signingKey;
    this.staticKey = staticKey;
    this.origin = origin;
    this.name = name;
    this.token = token;
    this.ownIdentity = ownIdentity;
    this.session = session;
  }

  /** The inner addresses that belong to a node id. */
  static AddressGuard.Pair overlayAddresses(NodeId id) {
    return pair(OverlayAddress.ipv4(id), OverlayAddress.ipv6(id));
  }

  static AddressGuard.Pair pair(Inet4Address ipv4, Inet6Address ipv6) {
    ByteBuffer six = ByteBuffer.wrap(ipv6.getAddress());
    return new AddressGuard.Pair(
        ByteBuffer.wrap(ipv4.getAddress()).getInt(), six.getLong(), six.getLong());
  }

  /** Another place to call it at; of many the first ones stay. */
  void learn(InetSocketAddress endpoint) {
    if (candidates.size() < CANDIDATES_MAX && !candidates.contains(endpoint)) {
      candidates.add(endpoint);
    }
  }

  /** The place to call it at first. */
  void learnFirst(InetSocketAddress endpoint) {
    candidates.remove(endpoint);
    candidates.addFirst(endpoint);
    if (candidates.size() > CANDIDATES_MAX) {
      candidates.removeLast();
    }
  }

  /** Whether keys of it live that answers bear this index for. */
  boolean hasEpoch(int localIndex) {
    return epochs.stream().anyMatch(epoch -> epoch.localIndex() == localIndex);
  }

  boolean isConnected() {
    return session.sending() != null;
  }

  /** Whether what we send it goes from us to it, with nobody between. */
  boolean isStraight() {
    return isConnected() && session.way() == null && relayedBy == null;
  }

  /**
   * Where the next initiation goes: first where it is, for new keys are no reason to move, and then
   * every other place has its turn. But one that has just sent a cookie is there and loaded, and
   * has the next ones.
   */
  @Nullable InetSocketAddress nextEndpoint(long nowNanos) {
    if (cookieEndpoint != null && nowNanos - cookieNanos < COOKIE_TURN_NANOS) {
      return cookieEndpoint;
    }
    List<InetSocketAddress> places = new ArrayList<>(candidates);
    InetSocketAddress current = session.endpoint();
    if (current != null) {
      places.remove(current);
      places.addFirst(current);
    }
    int before = retry == null ? 0 : Math.max(0, retry.attempts() - 1);
    return places.isEmpty() ? null : places.get(before % places.size());
  }

  /** Where it answered last, else where it may answer, else null. */
  @Nullable InetSocketAddress lastEndpoint() {
    InetSocketAddress current = session.endpoint();
    return current != null || candidates.isEmpty() ? current : candidates.getFirst();
  }

  /** The overlay addresses as text, IPv6 first. */
  List<String> overlayTexts() {
    InetAddress six = OverlayAddress.ipv6(id);
    InetAddress four = OverlayAddress.ipv4(id);
    return List.of(six.getHostAddress(), four.getHostAddress());
  }
}
