package org.p2pvpn.overlay.discovery.advert;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.discovery.advert.KnownAdvert.Witness;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * Whether a stranger's bytes become an entry of the book. Checks go in the order of their cost, and
 * nothing that a cheaper one refuses reaches the signature. Every refusal is counted; none throws.
 * Lives on the book's thread.
 */
public final class AdvertCheck {
  /** What became of it. */
  public sealed interface Outcome {}

  /** It is in the book now. */
  public record Taken(KnownAdvert known) implements Outcome {}

  /** It may be one: all is right that can be seen without verifying the signature. */
  public record Legible(Advert advert) implements Outcome {}

  /**
   * It is not.
   *
   * @param advert what could be read of it; unverified
   */
  public record Refused(AdvertRefusal why, @Nullable Advert advert) implements Outcome {}

  private final AdvertRules rules;
  private final AdvertBook book;
  private final VerifyBudget budget;
  private final AdvertCounters counters;

  public AdvertCheck(
      AdvertRules rules, AdvertBook book, VerifyBudget budget, AdvertCounters counters) {
    this.rules = rules;
    this.book = book;
    this.budget = budget;
    this.counters = counters;
  }

  /**
   * Judges, counts, and puts what is right in the book.
   *
   * @param from whose session it came by
   * @param expected whose advert it is to be, or null when anyone's is welcome
   */
  public Outcome take(byte[] bytes, NodeId from, @Nullable NodeId expected, Moment now) {
    Outcome outcome = judge(bytes, from, expected, now);
    switch (outcome) {
      case Taken _ -> counters.countTaken();
      case Legible _ -> {}
      case Refused(var why, _) -> count(why, from, now);
    }
    return outcome;
  }

  /**
   * For those who keep adverts elsewhere than in the book, and verify only those they use: the
   * cheap checks now, {@link #prove} later. A record kept by others may be minutes behind.
   */
  public Outcome read(byte[] bytes, NodeId from, Moment now) {
    Outcome outcome = readable(bytes, now);
    if (outcome instanceof Legible(Advert advert)) {
      AdvertRefusal why = claimsRefusal(advert, null);
      if (why == null && !rules.puzzle().isSolved(advert.keys(), advert.claims().puzzleNonce())) {
        why = AdvertRefusal.UNSOLVED;
      }
      outcome = why == null ? outcome : new Refused(why, advert);
    }
    if (outcome instanceof Refused(var why, _)) {
      count(why, from, now);
    }
    return outcome;
  }

  /** Whether the signature of what {@link #read} found readable is right; within the budget. */
  public boolean prove(SignedAdvert signed, Advert advert, NodeId from, Moment now) {
    AdvertCodec.Envelope envelope = AdvertCodec.open(signed.toBytes());
    AdvertRefusal why =
        envelope == null
            ? AdvertRefusal.MALFORMED
            : dearRefusal(
                envelope,
                advert,
                from,
                advert.id().equals(from) ? Witness.ITSELF : Witness.OTHER,
                now);
    if (why != null) {
      count(why, from, now);
    }
    return why == null;
  }

  private void count(AdvertRefusal why, NodeId from, Moment now) {
    counters.count(why);
    if (why.isPeersFault()) {
      budget.punish(from, now.nanos());
    }
  }

  /** Reads a verified advert again, as from our own file; null when it is none any more. */
  static @Nullable Advert read(byte[] bytes) {
    AdvertCodec.Envelope envelope = AdvertCodec.open(bytes);
    if (envelope == null || envelope.body().getVersion() != AdvertLimits.VERSION) {
      return null;
    }
    Validity validity = BodyReader.validity(envelope.body());
    return validity == null ? null : BodyReader.advert(envelope.body(), validity);
  }

  private Outcome judge(byte[] bytes, NodeId from, @Nullable NodeId expected, Moment now) {
    Outcome outcome = readable(bytes, now);
    return outcome instanceof Legible(Advert advert)
        ? judge(advert, SignedAdvert.ofBytes(bytes), from, expected, now)
        : outcome;
  }

  private static Outcome readable(byte[] bytes, Moment now) {
    if (bytes.length > AdvertLimits.SIGNED_BYTES_MAX) {
      return refused(AdvertRefusal.OVERSIZED);
    }
    AdvertCodec.Envelope envelope = AdvertCodec.open(bytes);
    if (envelope == null) {
      return refused(AdvertRefusal.MALFORMED);
    }
    if (envelope.body().getVersion() != AdvertLimits.VERSION) {
      return refused(AdvertRefusal.UNKNOWN_VERSION);
    }
    Validity validity = BodyReader.validity(envelope.body());
    if (validity == null) {
      return refused(AdvertRefusal.BAD_VALUE);
    }
    AdvertRefusal untimely = untimely(validity, now.unixSeconds());
    if (untimely != null) {
      return refused(untimely);
    }
    Advert advert = BodyReader.advert(envelope.body(), validity);
    return advert == null ? refused(AdvertRefusal.BAD_VALUE) : new Legible(advert);
  }

  private static @Nullable AdvertRefusal untimely(Validity validity, long nowSeconds) {
    if (!validity.isLive(nowSeconds)) {
      return AdvertRefusal.EXPIRED;
    }
    if (validity.issuedSeconds() > nowSeconds + AdvertLimits.SKEW_SECONDS) {
      return AdvertRefusal.FUTURE;
    }
    // Both below 2^63 and not negative: the difference cannot overflow.
    long lifetime = validity.expiresSeconds() - validity.issuedSeconds();
    return lifetime <= 0 || lifetime > AdvertLimits.LIFETIME_SECONDS_MAX
        ? AdvertRefusal.LONG_LIVED
        : null;
  }

  private Outcome judge(
      Advert advert, SignedAdvert signed, NodeId from, @Nullable NodeId expected, Moment now) {
    Witness witness = advert.id().equals(from) ? Witness.ITSELF : Witness.OTHER;
    AdvertRefusal why = claimsRefusal(advert, expected);
    if (why == null) {
      why = book.refusal(signed, advert, witness, now.unixSeconds());
    }
    if (why == AdvertRefusal.KNOWN && witness == Witness.ITSELF) {
      book.promote(from);
    }
    if (why == null) {
      AdvertCodec.Envelope envelope = AdvertCodec.open(signed.toBytes());
      why =
          envelope == null
              ? AdvertRefusal.MALFORMED
              : dearRefusal(envelope, advert, from, witness, now);
    }
    if (why != null) {
      return new Refused(why, advert);
    }
    KnownAdvert known = new KnownAdvert(signed, advert, witness, now.unixSeconds());
    book.put(known);
    return new Taken(known);
  }

  private @Nullable AdvertRefusal claimsRefusal(Advert advert, @Nullable NodeId expected) {
    if (expected != null && !expected.equals(advert.id())) {
      return AdvertRefusal.STOLEN;
    }
    for (InetSocketAddress endpoint : advert.claims().endpoints()) {
      if (!EndpointReach.of(endpoint.getAddress()).isWithin(rules.widestReach())) {
        return AdvertRefusal.BAD_ENDPOINT;
      }
    }
    return null;
  }

  private @Nullable AdvertRefusal dearRefusal(
      AdvertCodec.Envelope envelope, Advert advert, NodeId from, Witness witness, Moment now) {
    if (!rules.puzzle().isSolved(advert.keys(), advert.claims().puzzleNonce())) {
      return AdvertRefusal.UNSOLVED;
    }
    if (!budget.take(from, witness == Witness.ITSELF, now.nanos())) {
      return AdvertRefusal.OVER_BUDGET;
    }
    counters.countVerified();
    boolean genuine =
        Identity.verify(
            advert.keys().signing(), envelope.signedMessage(), envelope.signature().toByteArray());
    return genuine ? null : AdvertRefusal.FORGED;
  }

  private static Refused refused(AdvertRefusal why) {
    return new Refused(why, null);
  }
}
