package org.p2pvpn.overlay.discovery.advert;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.AdvertCheck.Refused;
import org.p2pvpn.overlay.discovery.advert.AdvertCheck.Taken;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.DiscoveryMessage;
import org.p2pvpn.overlay.wire.DiscoveryMessage.AdvertWanted;

/**
 * How nodes in session hand each other adverts, as a function of (peer, event, now): no socket, no
 * clock. Lives on the book's thread.
 *
 * <ul>
 *   <li>One's own goes out when a session starts and whenever it changed.
 *   <li>Unasked, a node hands on only what it had from the nodes themselves: an advert travels two
 *       sessions by itself and no further.
 *   <li>Everything else is asked for, and the answer drawn at random from what the asker has not
 *       had from us, so that no node is handed on more often than another.
 * </ul>
 */
public final class AdvertExchange {
  private static final AdvertWanted ANYONE =
      new AdvertWanted(PeerExchange.ANSWER_MAX, 0, "", List.of());

  private final NodeId self;
  private final AdvertBook book;
  private final AdvertCheck check;
  private final AdvertCounters counters;
  private final Random random;
  private final Map<NodeId, PeerExchange> peers = new HashMap<>();
  private @Nullable SignedAdvert own;
  private long ownExpiresSeconds;

  /**
   * With no peer yet.
   *
   * @param random draws the answers; seedable
   */
  public AdvertExchange(
      NodeId self, AdvertBook book, AdvertCheck check, AdvertCounters counters, Random random) {
    this.self = self;
    this.book = book;
    this.check = check;
    this.counters = counters;
    this.random = random;
  }

  /** This node's advert from now on, out at each peer's next tick; null for a client. */
  public void publish(@Nullable SignedAdvert advert, long expiresSeconds) {
    own = advert;
    ownExpiresSeconds = expiresSeconds;
  }

  /** What to send to this peer because of this event, in order. */
  public List<DiscoveryMessage> on(NodeId peer, AdvertEvent event, Moment now) {
    return switch (event) {
      case AdvertEvent.SessionStarted _ -> {
        book.promote(peer);
        peers.put(peer, new PeerExchange(now));
        yield onTick(peer, now);
      }
      case AdvertEvent.SessionEnded _ -> {
        peers.remove(peer);
        yield List.of();
      }
      case AdvertEvent.Tick _ -> onTick(peer, now);
      case AdvertEvent.Received(DiscoveryMessage.Advert(byte[] signed)) -> {
        onAdvert(peer, signed, now);
        yield List.of();
      }
      case AdvertEvent.Received(AdvertWanted wanted) -> answer(peer, wanted, now);
    };
  }

  private void onAdvert(NodeId peer, byte[] signed, Moment now) {
    PeerExchange state = peers.get(peer);
    if (state == null || !state.mayHandUs(now)) {
      counters.count(AdvertRefusal.TOO_MANY);
      return;
    }
    // Either way the peer has it already: it is not handed back.
    switch (check.take(signed, peer, null, now)) {
      case AdvertCheck.Legible _ -> throw new IllegalStateException("taken or refused");
      case Taken(KnownAdvert known) -> state.noteGiven(known.id(), known.advert().sequence());
      case Refused(AdvertRefusal why, Advert advert) -> {
        if (why == AdvertRefusal.KNOWN && advert != null) {
          state.noteGiven(advert.id(), advert.sequence());
        }
      }
    }
  }

  private List<DiscoveryMessage> onTick(NodeId peer, Moment now) {
    PeerExchange state = peers.get(peer);
    if (state == null) {
      return List.of();
    }
    List<DiscoveryMessage> messages = new ArrayList<>();
    SignedAdvert mine = ownNow(now);
    if (mine != null && state.isNewOwn(mine)) {
      messages.add(new DiscoveryMessage.Advert(mine.toBytes()));
    }
    if (state.isTimeToAsk(now)) {
      messages.add(ANYONE);
    }
    AdvertSnapshot snapshot = book.snapshot();
    if (state.hasUnaskedFor(snapshot, now)) {
      offerUnasked(peer, state, snapshot, now, messages);
    }
    return messages;
  }

  private void offerUnasked(
      NodeId peer,
      PeerExchange state,
      AdvertSnapshot snapshot,
      Moment now,
      List<DiscoveryMessage> messages) {
    for (KnownAdvert one : drawn(peer, state, snapshot, now)) {
      if (one.isHearsay()) {
        continue;
      }
      if (!state.mayOfferUnasked(now)) {
        return;
      }
      messages.add(given(state, one));
    }
    state.noteAllOffered(snapshot);
  }

  private List<DiscoveryMessage> answer(NodeId peer, AdvertWanted wanted, Moment now) {
    PeerExchange state = peers.get(peer);
    if (state == null) {
      return List.of();
    }
    List<DiscoveryMessage> messages = new ArrayList<>();
    int countMax = Math.min(wanted.countMax(), PeerExchange.ANSWER_MAX);
    if (wanted.ids().isEmpty()) {
      for (KnownAdvert one : drawn(peer, state, book.snapshot(), now)) {
        if (messages.size() == countMax) {
          break;
        }
        if (isWanted(one.advert().claims(), wanted) && state.mayOffer(now)) {
          messages.add(given(state, one));
        }
      }
      return messages;
    }
    for (NodeId id : wanted.ids()) {
      SignedAdvert mine = id.equals(self) ? ownNow(now) : null;
      KnownAdvert one = book.snapshot().get(id, now.unixSeconds());
      if (messages.size() == countMax) {
        break;
      }
      if (mine != null && state.mayOffer(now)) {
        messages.add(new DiscoveryMessage.Advert(mine.toBytes()));
      } else if (one != null && state.mayOffer(now)) {
        messages.add(given(state, one));
      }
    }
    return messages;
  }

  /** What the peer has not had from us, and is not the peer, in random order. */
  private List<KnownAdvert> drawn(
      NodeId peer, PeerExchange state, AdvertSnapshot snapshot, Moment now) {
    List<KnownAdvert> live = new ArrayList<>(snapshot.live(now.unixSeconds()));
    live.removeIf(one -> one.id().equals(peer) || state.hasHad(one.id(), one.advert().sequence()));
    Collections.shuffle(live, random);
    return live;
  }

  private DiscoveryMessage given(PeerExchange state, KnownAdvert one) {
    state.noteGiven(one.id(), one.advert().sequence());
    counters.countOffered();
    return new DiscoveryMessage.Advert(one.signed().toBytes());
  }

  private static boolean isWanted(Claims claims, AdvertWanted wanted) {
    boolean role =
        wanted.roles() == 0
            || claims.roles().stream().anyMatch(one -> (wanted.roles() & one.bit()) != 0);
    return role
        && (wanted.country().isEmpty() || wanted.country().equals(claims.place().country()));
  }

  private @Nullable SignedAdvert ownNow(Moment now) {
    return now.unixSeconds() < ownExpiresSeconds ? own : null;
  }
}
