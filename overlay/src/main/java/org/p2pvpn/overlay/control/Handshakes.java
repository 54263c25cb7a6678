package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.CookieIssuer;
import org.p2pvpn.noise.EpochKeys;
import org.p2pvpn.noise.HandshakeVerdict;
import org.p2pvpn.noise.HandshakeWire;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.noise.Initiator;
import org.p2pvpn.noise.Introduction;
import org.p2pvpn.noise.Macs;
import org.p2pvpn.noise.NetworkKey;
import org.p2pvpn.noise.Refusal;
import org.p2pvpn.noise.Responder;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.noise.TimestampStore;
import org.p2pvpn.noise.VersionNotice;
import org.p2pvpn.overlay.dataplane.DataPlane;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.telemetry.Meter;
import org.p2pvpn.overlay.wire.MessageType;

/**
 * Both roles of the handshake, from datagram to epoch. Lives on the control thread, so that no
 * Diffie-Hellman ever holds up a packet; checks come in the order of their cost.
 */
final class Handshakes {
  /**
   * A response may overtake our patience: so many of a peer's initiations can still be answered.
   */
  private static final int OPEN_PER_PEER_MAX = 4;

  /** WireGuard's COOKIE_SECRET_MAX_AGE less its latency. */
  private static final long COOKIE_LIFE_NANOS = TimeUnit.SECONDS.toNanos(115);

  private final Identity identity;
  private final Suite suite;
  private final DataPlane dataPlane;
  private final int shards;
  private final TimestampStore timestamps;
  private final InitiationSieve sieve;
  private final HandshakeGate gate;
  private final Macs macs;
  private final CookieIssuer cookies;
  private final SecureRandom random;
  private final ControlCounters counters;
  private final Listener listener;
  private final @Nullable NetworkKey network;
  private final Map<Integer, OutgoingHandshake> outgoing = new HashMap<>();

  /** Decides who may join and learns what came of it; on the control thread. */
  interface Listener {
    /** The peer that this stranger is or becomes, or null when it may not join. */
    @Nullable Peer admit(Introduction stranger, InetSocketAddress from);

    void onEpoch(Peer peer, Epoch epoch, InetSocketAddress from);

    /** The other side answered, but will not have us. */
    void onRefused(Peer peer, String why);

    /** It does not know us. Whether we come again at once, as somebody it may let in. */
    boolean comesAgain(Peer peer, long nowNanos);
  }

  Handshakes(
      Identity identity,
      Suite suite,
      DataPlane dataPlane,
      int shards,
      InitiationSieve sieve,
      TimestampStore timestamps,
      SecureRandom random,
      ControlCounters counters,
      Listener listener,
      @Nullable NetworkKey network,
      long nowNanos) {
    this.identity = identity;
    this.suite = suite;
    this.dataPlane = dataPlane;
    this.shards = shards;
    this.sieve = sieve;
    this.timestamps = timestamps;
    this.random = random;
    this.counters = counters;
    this.listener = listener;
    this.network = network;
    gate = new HandshakeGate(random.nextLong(), nowNanos);
    macs = new Macs(identity.staticKey(), network);
    cookies = new CookieIssuer(identity.staticKey(), random, nowNanos);
  }

  /** Sends one initiation; a peer without an endpoint waits until it calls us. */
  void initiate(Peer peer, long nowNanos) {
    initiateAt(peer, peer.nextEndpoint(nowNanos), nowNanos);
  }

  /** Sends one initiation there, wherever the session with it may be. */
  void initiateAt(Peer peer, @Nullable InetSocketAddress to, long nowNanos) {
    int index = freeIndex(peer);
    if (to == null || index == 0) {
      return;
    }
    Initiator initiator = begin(peer, index, to, null, nowNanos);
    dataPlane.sendHandshake(initiator.initiation(), to);
  }

  /**
   * Sends one initiation to a node behind others.
   *
   * @param index our receiver index, which the hop before it knows as a circuit id
   */
  void initiate(Peer hop, int index, Way way, long nowNanos) {
    InetSocketAddress to = way.endpoint();
    if (to != null && !outgoing.containsKey(index)) {
      Initiator initiator = begin(hop, index, to, way, nowNanos);
      dataPlane.sendHandshake(initiator.initiation(), way, index);
    }
  }

  /**
   * An initiation that is to go to several places, or to one several times; empty when there can be
   * none now. The first of them is where a cookie is used that we have.
   */
  byte[] initiation(Peer peer, InetSocketAddress firstPlace, long nowNanos) {
    int index = freeIndex(peer);
    return index == 0 ? new byte[0] : begin(peer, index, firstPlace, null, nowNanos).initiation();
  }

  /** A receiver index for a handshake to come, or 0. */
  int newIndex(Peer peer) {
    return freeIndex(peer);
  }

  private Initiator begin(
      Peer peer, int index, InetSocketAddress to, @Nullable Way way, long nowNanos) {
    boolean fresh = nowNanos - peer.cookieNanos < COOKIE_LIFE_NANOS;
    byte[] cookie = fresh && to.equals(peer.cookieEndpoint) ? peer.cookie : null;
    Initiator initiator =
        new Initiator(
            peer.ownIdentity == null ? identity : peer.ownIdentity,
            suite,
            peer.staticKey,
            index,
            timestamps.next(wallNanos()),
            peer.token,
            cookie,
            network);
    OutgoingHandshake handshake = new OutgoingHandshake(peer, initiator, index, to, way);
    outgoing.put(index, handshake);
    peer.handshakes.addLast(handshake);
    if (peer.handshakes.size() > OPEN_PER_PEER_MAX) {
      forget(peer.handshakes.removeFirst());
    }
    counters.add(Meter.HANDSHAKES_SENT);
    return initiator;
  }

  /** Writes down what is newer than the file, now and then. */
  void onTick() {
    timestamps.flush(wallNanos());
  }

  /** Gives up every initiation to this peer that was not answered. */
  void forgetAll(Peer peer) {
    peer.handshakes.forEach(this::forget);
    peer.handshakes.clear();
  }

  /** A call that is out straight may still be answered when one by a relay was. */
  private void forgetBeside(OutgoingHandshake answered) {
    Peer peer = answered.peer();
    if (answered.way() == null) {
      forgetAll(peer);
      return;
    }
    peer.handshakes.stream().filter(other -> other.way() != null).forEach(this::forget);
    peer.handshakes.removeIf(other -> other.way() != null);
  }

  void onDatagram(byte[] datagram, InetSocketAddress from, long nowNanos) {
    switch (datagram[0]) {
      case MessageType.INITIATION -> onInitiation(datagram, from, nowNanos);
      case MessageType.RESPONSE -> onResponse(datagram, from, nowNanos);
      case MessageType.COOKIE_REPLY -> onCookieReply(datagram, from, nowNanos);
      default -> onVersionNotice(datagram);
    }
  }

  /**
   * Under load the gate comes before mac1: it costs a table look-up, mac1 five microseconds, and a
   * right mac1 proves nothing, since node keys are public.
   */
  private void onInitiation(byte[] datagram, InetSocketAddress from, long nowNanos) {
    boolean loaded = sieve.isLoaded(nowNanos);
    if (!loaded && !hasMac1(datagram)) {
      return;
    }
    byte[] address = from.getAddress().getAddress();
    boolean hasCookie =
        loaded && cookies.mac2Valid(datagram, datagram.length, address, from.getPort(), nowNanos);
    switch (gate.rule(from.getAddress(), loaded, hasCookie, nowNanos)) {
      case ADMIT -> {
        if (!loaded || hasMac1(datagram)) {
          respond(datagram, from, nowNanos);
        }
      }
      case ASK_FOR_COOKIE -> {
        if (datagram.length != HandshakeWire.INITIATION_BYTES) {
          // Another version's is told so while there is time, and not under load.
          counters.drop(HandshakeVerdict.WRONG_SIZE.name());
        } else if (!loaded || hasMac1(datagram)) {
          counters.add(Meter.COOKIES_SENT);
          dataPlane.sendHandshake(
              cookies.cookieReply(datagram, datagram.length, address, from.getPort(), nowNanos),
              from);
        }
      }
      case WITHHOLD_COOKIE -> counters.add(Meter.COOKIES_WITHHELD);
      case DROP -> counters.add(Meter.HANDSHAKE_OVER_BUDGET);
    }
  }

  private boolean hasMac1(byte[] datagram) {
    boolean valid = macs.mac1Valid(datagram, datagram.length);
    if (!valid) {
      counters.drop(HandshakeVerdict.WRONG_MAC1.name());
    }
    return valid;
  }

  private void respond(byte[] datagram, InetSocketAddress from, long nowNanos) {
    switch (Responder.open(identity, network, datagram, datagram.length)) {
      case Responder.Opened(Responder responder, Introduction introduction) -> {
        try (responder) {
          answer(responder, introduction, from, nowNanos);
        }
      }
      case HandshakeVerdict verdict -> {
        counters.drop(verdict.name());
        byte[] notice =
            verdict == HandshakeVerdict.OTHER_VERSION
                ? VersionNotice.answer(datagram, datagram.length)
                : null;
        if (notice != null) {
          dataPlane.sendHandshake(notice, from);
        }
      }
    }
  }

  private void answer(
      Responder responder, Introduction introduction, InetSocketAddress from, long nowNanos) {
    if (!timestamps.isNewer(introduction.staticKey(), introduction.timestamp())) {
      counters.add(Meter.HANDSHAKE_REPLAYED);
      return;
    }
    Peer peer = listener.admit(introduction, from);
    if (peer == null) {
      counters.add(Meter.HANDSHAKES_REFUSED);
      dataPlane.sendHandshake(responder.refuse(Refusal.NOT_ADMITTED), from);
      return;
    }
    int index = freeIndex(peer);
    if (index == 0) {
      dataPlane.sendHandshake(responder.refuse(Refusal.BUSY), from);
      return;
    }
    if (!peer.origin.isPassing()) {
      timestamps.accept(introduction.staticKey(), introduction.timestamp(), wallNanos());
    } else if (introduction.timestamp() > peer.timestamp) {
      peer.timestamp = introduction.timestamp();
    } else {
      counters.add(Meter.HANDSHAKE_REPLAYED);
      return;
    }
    byte[] response = responder.accept(index);
    establish(peer, responder.keys(), index, introduction.peerIndex(), false, from, nowNanos);
    dataPlane.sendHandshake(response, from);
  }

  private void onResponse(byte[] datagram, InetSocketAddress from, long nowNanos) {
    OutgoingHandshake handshake = datagram.length < 12 ? null : outgoing.get(intAt(datagram, 8));
    if (handshake == null) {
      counters.drop("response_to_nothing");
      return;
    }
    Peer peer = handshake.peer();
    switch (handshake.initiator().handle(datagram, datagram.length)) {
      case Initiator.Established(EpochKeys keys, int peerIndex) -> {
        forgetBeside(handshake);
        if (handshake.way() == null) {
          peer.session.moveTo(from);
        }
        peer.session.way(handshake.way());
        establish(peer, keys, handshake.senderIndex(), peerIndex, true, from, nowNanos);
      }
      case Initiator.Refused(Refusal reason) -> {
        boolean again = reason == Refusal.NOT_ADMITTED && listener.comesAgain(peer, nowNanos);
        if (!again) {
          listener.onRefused(peer, reason.meaning());
        } else if (peer.retry != null) {
          peer.retry = peer.retry.atOnce(nowNanos);
        }
      }
      case HandshakeVerdict verdict -> counters.drop(verdict.name());
    }
  }

  private void onCookieReply(byte[] datagram, InetSocketAddress from, long nowNanos) {
    OutgoingHandshake handshake = datagram.length < 8 ? null : outgoing.get(intAt(datagram, 4));
    Optional<byte[]> cookie =
        handshake == null
            ? Optional.empty()
            : handshake.initiator().cookie(datagram, datagram.length);
    if (handshake == null || cookie.isEmpty()) {
      counters.drop("cookie_to_nothing");
      return;
    }
    Peer peer = handshake.peer();
    peer.cookie = cookie.get();
    peer.cookieEndpoint = handshake.way() == null ? from : handshake.to();
    peer.cookieNanos = nowNanos;
    if (peer.retry != null) {
      peer.retry = peer.retry.atOnce(nowNanos);
    }
  }

  private void onVersionNotice(byte[] datagram) {
    OutgoingHandshake handshake = datagram.length < 8 ? null : outgoing.get(intAt(datagram, 4));
    OptionalInt version =
        handshake == null
            ? OptionalInt.empty()
            : handshake.initiator().responderVersion(datagram, datagram.length);
    if (handshake == null || version.isEmpty()) {
      counters.drop("notice_to_nothing");
      return;
    }
    listener.onRefused(
        handshake.peer(),
        "it speaks protocol version " + version.getAsInt() + ", this program another");
  }

  private void establish(
      Peer peer,
      EpochKeys keys,
      int localIndex,
      int remoteIndex,
      boolean initiator,
      InetSocketAddress from,
      long nowNanos) {
    Epoch epoch =
        new Epoch(peer.session, keys, localIndex, remoteIndex, initiator, shards, nowNanos);
    epoch.cameFrom(from);
    if (!dataPlane.epochs().add(epoch)) {
      keys.close();
      return;
    }
    counters.add(Meter.HANDSHAKES_COMPLETED);
    listener.onEpoch(peer, epoch, from);
  }

  /** Keeps a peer's epochs on one shard, so that a train that spans a rekey stays together. */
  private int freeIndex(Peer peer) {
    int shard = peer.session.peerIndex() & (shards - 1);
    return dataPlane
        .epochs()
        .freeIndex(
            () -> {
              int index = (random.nextInt() & -shards) | shard;
              boolean taken =
                  outgoing.containsKey(index) || dataPlane.circuits().find(index) != null;
              return taken ? 0 : index;
            });
  }

  private void forget(OutgoingHandshake handshake) {
    outgoing.remove(handshake.senderIndex());
    handshake.initiator().close();
  }

  /** Wall time, for timestamps that must grow over restarts. */
  private static long wallNanos() {
    return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
  }

  private static int intAt(byte[] datagram, int at) {
    return ByteBuffer.wrap(datagram).getInt(at);
  }
}
