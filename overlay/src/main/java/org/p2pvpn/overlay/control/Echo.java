package org.p2pvpn.overlay.control;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Echo requests to one peer: when the next is due and what the last answer said. Lives on the
 * control thread.
 */
final class Echo {
  /**
   * Ours: until something of ours arrives under new keys the responder may not use them, and our
   * first messages may be among the lost.
   */
  static final long UNPROVEN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Ours: three unanswered make {@link ExitLink#SILENT_AFTER_NANOS}. */
  static final long EXIT_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Common NATs forget a UDP mapping after 30 s. */
  static final long NAT_NANOS = TimeUnit.SECONDS.toNanos(25);

  /** Ours: where nothing forgets us; who is gone is known before its keys end. */
  static final long WANTED_NANOS = TimeUnit.SECONDS.toNanos(100);

  /** Why a peer is asked, and so how often. */
  enum Reason {
    /** Only to prove new keys: nobody needs this session now. */
    NONE(Long.MAX_VALUE),
    WANTED(WANTED_NANOS),

    /** Wanted, and a NAT of ours is to remember it. */
    NAT(NAT_NANOS),
    EXIT(EXIT_NANOS);

    private final long everyNanos;

    Reason(long everyNanos) {
      this.everyNanos = everyNanos;
    }

    static Reason of(boolean isExit, boolean isWanted, boolean isForgottenByNat) {
      if (isExit) {
        return EXIT;
      }
      return isWanted ? (isForgottenByNat ? NAT : WANTED) : NONE;
    }
  }

  private long sentNanos;
  private long id;
  private boolean outstanding;
  private boolean proven = true;
  private long rttNanos = -1;

  /** We have keys of a handshake that we began: the other side must hear of us under them. */
  void onInitiatedEpoch() {
    proven = false;
    // An answer to what was asked under older keys proves nothing about these.
    outstanding = false;
  }

  /** A request that is about to go out; one still unanswered is given up. */
  long next(long nowNanos, RandomGenerator random) {
    sentNanos = nowNanos;
    id = random.nextLong();
    outstanding = true;
    return id;
  }

  /** An answer counts once, and only to the request that is out; returns whether it does. */
  boolean onAnswer(long answeredId, long nowNanos) {
    boolean counts = outstanding && answeredId == id;
    if (counts) {
      outstanding = false;
      proven = true;
      rttNanos = nowNanos - sentNanos;
    }
    return counts;
  }

  boolean isDue(Reason reason, long nowNanos) {
    return nowNanos - sentNanos >= (proven ? reason.everyNanos : UNPROVEN_NANOS);
  }

  /** The last round trip, or -1 before the first. */
  long rttNanos() {
    return rttNanos;
  }

  /** The round trip of the request with this id, or -1 when it was not answered or is not known. */
  long rttNanos(long ofId) {
    return !outstanding && id == ofId ? rttNanos : -1;
  }
}
