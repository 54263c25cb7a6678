package org.p2pvpn.overlay.discovery.advert;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * What went between us and one peer in this session, and how much more may. All limits are ours.
 * One thread.
 */
final class PeerExchange {
  /** In one answer. */
  static final int ANSWER_MAX = 32;

  /** With the burst at most 64 in any minute, asked for or not. */
  private static final double OFFERS_PER_SECOND = 32 / 60.0;

  private static final double OFFERS_BURST = 32;

  /** With the burst at most 16 in any minute that the peer has not asked for. */
  private static final double UNASKED_PER_SECOND = 8 / 60.0;

  private static final double UNASKED_BURST = 8;

  /** A peer's 64, and what it says of itself, at most one in ten seconds; rounded up. */
  private static final double TAKEN_PER_SECOND = 40 / 60.0;

  private static final double TAKEN_BURST = 40;

  /** At the limit the oldest is forgotten, and may be handed over a second time. */
  private static final int GIVEN_MAX = 2 * AdvertBook.ADVERTS_MAX;

  private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A third of an advert's life: what we had runs out unless we hear of it again. */
  private static final long LAST_PAUSE_NANOS =
      TimeUnit.SECONDS.toNanos(AdvertLimits.LIFETIME_SECONDS_MAX / 3);

  private final Bucket offers;
  private final Bucket unasked;
  private final Bucket taken;

  /** Node and sequence that the peer had from us or we from it. */
  private final Map<NodeId, Long> given =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Long> eldest) {
          return size() > GIVEN_MAX;
        }
      };

  private @Nullable SignedAdvert ownGiven;
  private @Nullable AdvertSnapshot offered;
  private long askAtNanos;
  private long askPauseNanos = FIRST_PAUSE_NANOS;

  PeerExchange(Moment now) {
    offers = new Bucket(OFFERS_PER_SECOND, OFFERS_BURST, now.nanos());
    unasked = new Bucket(UNASKED_PER_SECOND, UNASKED_BURST, now.nanos());
    taken = new Bucket(TAKEN_PER_SECOND, TAKEN_BURST, now.nanos());
    askAtNanos = now.nanos();
  }

  /** True once for each of our own adverts. */
  boolean isNewOwn(SignedAdvert own) {
    boolean isNew = !Objects.equals(own, ownGiven);
    ownGiven = own;
    return isNew;
  }

  /** At the start and then ever more seldom: the network's first minute is the busiest. */
  boolean isTimeToAsk(Moment now) {
    if (now.nanos() - askAtNanos < 0) {
      return false;
    }
    askAtNanos = now.nanos() + askPauseNanos;
    askPauseNanos = Math.min(2 * askPauseNanos, LAST_PAUSE_NANOS);
    return true;
  }

  /** So that a tick costs nothing when there is nothing new or nothing more may go. */
  boolean hasUnaskedFor(AdvertSnapshot snapshot, Moment now) {
    return snapshot != offered && unasked.tokens(now.nanos()) >= 1;
  }

  void noteAllOffered(AdvertSnapshot snapshot) {
    offered = snapshot;
  }

  boolean mayOfferUnasked(Moment now) {
    return unasked.tokens(now.nanos()) >= 1 && mayOffer(now) && unasked.take(now.nanos());
  }

  boolean mayOffer(Moment now) {
    return offers.take(now.nanos());
  }

  boolean mayHandUs(Moment now) {
    return taken.take(now.nanos());
  }

  boolean hasHad(NodeId id, long sequence) {
    return given.getOrDefault(id, -1L) >= sequence;
  }

  void noteGiven(NodeId id, long sequence) {
    given.merge(id, sequence, Math::max);
  }
}
