package org.p2pvpn.overlay.discovery.advert;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When this node says something new of itself: at its start, every five minutes, and when something
 * changed that others act upon. A node without a role publishes nothing (threats.md 48). One
 * thread.
 */
public final class OwnAdvert {
  /** Ours: a third of the longest lifetime, so that two lost renewals harm nobody. */
  static final long RENEW_SECONDS = AdvertLimits.LIFETIME_SECONDS_MAX / 3;

  /** Ours: changes that come together go out together. */
  static final long PAUSE_SECONDS = 10;

  private final AdvertSigner signer;
  private long sequenceFloor;
  private @Nullable SignedAdvert current;
  private Validity validity = new Validity(0, 0, 0);
  private @Nullable Claims claimed;

  /**
   * With nothing said yet.
   *
   * @param sequenceFloor the highest sequence of ours that anyone may have seen, from {@link
   *     AdvertBook#highestSequence}
   */
  public OwnAdvert(AdvertSigner signer, long sequenceFloor) {
    this.signer = signer;
    this.sequenceFloor = sequenceFloor;
  }

  /** The advert to hand out now, or null when there is none. */
  public @Nullable SignedAdvert current(long nowSeconds) {
    return validity.isLive(nowSeconds) ? current : null;
  }

  /** Whether others may have heard of us, and nothing was withdrawn since. */
  public boolean hasSpoken() {
    return current != null;
  }

  public long sequence() {
    return sequenceFloor;
  }

  /** A new advert when it is time for one, else null. Cheap to call once a second. */
  public @Nullable SignedAdvert renew(Claims claims, long nowSeconds) {
    if (claims.roles().equals(Set.of())) {
      withdraw();
      return null;
    }
    if (claimed != null && !isDue(claims, claimed, nowSeconds)) {
      return null;
    }
    // By the clock, so that a node that lost its state is not behind itself; never going back.
    sequenceFloor = Math.max(sequenceFloor + 1, nowSeconds);
    validity =
        new Validity(sequenceFloor, nowSeconds, nowSeconds + AdvertLimits.LIFETIME_SECONDS_MAX);
    current = signer.sign(claims, validity);
    claimed = claims;
    return current;
  }

  /** From now on this node is a client; what it said runs out by itself. */
  public void withdraw() {
    current = null;
    claimed = null;
    validity = new Validity(0, 0, 0);
  }

  private boolean isDue(Claims claims, Claims before, long nowSeconds) {
    long age = nowSeconds - validity.issuedSeconds();
    boolean clockWentBack = age < 0;
    return clockWentBack
        || age >= RENEW_SECONDS
        || (age >= PAUSE_SECONDS && claims.isNewsAfter(before));
  }
}
