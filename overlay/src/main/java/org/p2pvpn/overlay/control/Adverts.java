package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.discovery.advert.AdvertBook;
import org.p2pvpn.overlay.discovery.advert.AdvertCheck;
import org.p2pvpn.overlay.discovery.advert.AdvertCounters;
import org.p2pvpn.overlay.discovery.advert.AdvertEvent;
import org.p2pvpn.overlay.discovery.advert.AdvertExchange;
import org.p2pvpn.overlay.discovery.advert.AdvertFile;
import org.p2pvpn.overlay.discovery.advert.AdvertLimits;
import org.p2pvpn.overlay.discovery.advert.AdvertRules;
import org.p2pvpn.overlay.discovery.advert.AdvertSigner;
import org.p2pvpn.overlay.discovery.advert.Claims;
import org.p2pvpn.overlay.discovery.advert.EndpointReach;
import org.p2pvpn.overlay.discovery.advert.KnownAdvert;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.discovery.advert.OwnAdvert;
import org.p2pvpn.overlay.discovery.advert.SignedAdvert;
import org.p2pvpn.overlay.discovery.advert.VerifyBudget;
import org.p2pvpn.overlay.discovery.advert.WorkPuzzle;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.DiscoveryMessage;

/**
 * What nodes say of themselves, handed on in sessions: ours goes out, others' come in, and whoever
 * is told of becomes a peer that we may call. Lives on the control thread.
 */
final class Adverts {
  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Ours: half of the least pause between two adverts. */
  private static final long CLAIMS_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** The first signature costs 50 ms of class loading: after the first handshake, not before. */
  private static final long BEGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

  private static final long SAVE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Path file;
  private final PeerBook peers;
  private final Outlet outlet;
  private final AdvertCounters counters = new AdvertCounters();
  private final AdvertBook book;
  private final AdvertCheck check;
  private final AdvertExchange exchange;
  private final OwnAdvert own;
  private final PuzzleWork work;
  private final long beganNanos;
  private @Nullable Supplier<Claims> claims;
  private long tickedNanos;
  private long claimedNanos;
  private long savedNanos;

  /** How many had been taken when the book was last walked through; the kept ones are new, too. */
  private long takenIn = -1;

  /** How messages get out, and who is told of new nodes. */
  interface Outlet {
    void send(Peer peer, ControlMessage message);

    /** Another node is known to us, or we to others: who may talk with whom is not as it was. */
    void onKnown();
  }

  Adverts(
      Identity identity,
      Path file,
      WorkPuzzle puzzle,
      PeerBook peers,
      Random random,
      Outlet outlet,
      Moment now) {
    this.file = file;
    this.peers = peers;
    this.outlet = outlet;
    NodeId self = NodeId.ofPublicKey(identity.signingKey());
    book = new AdvertBook(self);
    book.restore(AdvertFile.load(file), now.unixSeconds());
    book.publish();
    // Everybody here came by an invite, so private addresses are as good as others.
    AdvertRules rules = new AdvertRules(EndpointReach.PRIVATE, puzzle);
    check = new AdvertCheck(rules, book, new VerifyBudget(now.nanos()), counters);
    exchange = new AdvertExchange(self, book, check, counters, random);
    AdvertSigner signer = new AdvertSigner(identity);
    own = new OwnAdvert(signer, book.highestSequence(self));
    Thread.Builder aside = Thread.ofPlatform().daemon().name("puzzle");
    work = new PuzzleWork(puzzle, signer.keys(), file.resolveSibling("puzzle"), aside::start);
    beganNanos = now.nanos();
    tickedNanos = now.nanos();
    savedNanos = now.nanos();
  }

  /** From now on this is what we say of ourselves, asked every few seconds. */
  void advertise(Supplier<Claims> newClaims) {
    claims = newClaims;
    claimedNanos = 0;
  }

  void onConnected(Peer peer, Moment now) {
    on(peer, new AdvertEvent.SessionStarted(), now);
  }

  void onGone(Peer peer, Moment now) {
    on(peer, new AdvertEvent.SessionEnded(), now);
  }

  void onMessage(Peer peer, DiscoveryMessage message, Moment now) {
    on(peer, new AdvertEvent.Received(message), now);
    takeIn(now);
  }

  AdvertCheck check() {
    return check;
  }

  boolean hasExitIn(String country, long unixSeconds) {
    return book.snapshot().live(unixSeconds).stream()
        .map(known -> known.advert().claims())
        .anyMatch(said -> said.exit() != null && said.place().country().equals(country));
  }

  /** A verified advert that holds, or null. */
  @Nullable SignedAdvert signedOf(NodeId id, long unixSeconds) {
    KnownAdvert known = book.snapshot().get(id, unixSeconds);
    return known == null ? null : known.signed();
  }

  /** What a lookup found becomes a node to choose among. */
  void learn(SignedAdvert found, NodeId self, Moment now) {
    check.take(found.toBytes(), self, null, now);
    takeIn(now);
  }

  /** Our own, when it has just been renewed; else null. */
  @Nullable SignedAdvert onTick(Moment now) {
    if (now.nanos() - tickedNanos < TICK_NANOS || now.nanos() - beganNanos < BEGIN_NANOS) {
      return null;
    }
    tickedNanos = now.nanos();
    boolean wasKnown = own.hasSpoken();
    SignedAdvert renewed = claims == null ? null : renew(claims, now);
    if (own.hasSpoken() != wasKnown) {
      outlet.onKnown();
    }
    if (renewed != null) {
      long expires = now.unixSeconds() + AdvertLimits.LIFETIME_SECONDS_MAX;
      exchange.publish(renewed, expires);
      book.noteOwn(own.sequence(), expires);
    }
    for (Peer peer : peers.all()) {
      if (peer.isConnected()) {
        on(peer, new AdvertEvent.Tick(), now);
      }
    }
    book.sweep(now.unixSeconds());
    takeIn(now);
    if (now.nanos() - savedNanos >= SAVE_NANOS) {
      savedNanos = now.nanos();
      save();
    }
    return renewed;
  }

  /** Who offers nothing says nothing, and needs no proof. */
  private @Nullable SignedAdvert renew(Supplier<Claims> newClaims, Moment now) {
    if (claimedNanos != 0 && now.nanos() - claimedNanos < CLAIMS_NANOS) {
      return null;
    }
    Claims said = newClaims.get();
    OptionalLong nonce = said.roles().isEmpty() ? OptionalLong.of(0) : work.nonce();
    if (nonce.isEmpty()) {
      return null; // next second perhaps
    }
    claimedNanos = now.nanos();
    return own.renew(said.withPuzzleNonce(nonce.getAsLong()), now.unixSeconds());
  }

  /** Whether there is something to know us by: a node without an advert is a stranger. */
  boolean hasSpoken() {
    return own.hasSpoken();
  }

  private void on(Peer peer, AdvertEvent event, Moment now) {
    for (DiscoveryMessage message : exchange.on(peer.id, event, now)) {
      outlet.send(peer, new ControlMessage.Discovery(message));
    }
  }

  /** Whoever is new in the book becomes a peer; whoever moved has more places to be called at. */
  private void takeIn(Moment now) {
    book.publish();
    if (counters.taken() == takenIn) {
      return; // a flood of what is refused costs no walk through the book
    }
    takenIn = counters.taken();
    for (KnownAdvert known : book.snapshot().live(now.unixSeconds())) {
      Peer peer = peers.get(known.id());
      if (peer == null && !peers.isFull()) {
        peer =
            peers.add(
                known.id(),
                known.advert().keys().signing(),
                known.advert().keys().agreement(),
                Peer.Origin.ADVERT,
                now.nanos());
        outlet.onKnown();
      }
      if (peer != null) {
        for (InetSocketAddress endpoint : known.advert().claims().endpoints()) {
          peer.learn(endpoint);
        }
      }
    }
  }

  /** Null when there is none that holds. */
  @Nullable Claims claimsOf(NodeId id, long unixSeconds) {
    KnownAdvert known = book.snapshot().get(id, unixSeconds);
    return known == null ? null : known.advert().claims();
  }

  void save() {
    AdvertFile.save(file, book.content());
  }

  void addTo(Map<String, Long> sums) {
    counters.addTo(sums);
  }
}
