package org.p2pvpn.overlay.control;

import java.net.InetAddress;
import java.util.random.RandomGenerator;

/**
 * The first look at an initiation, by the data threads, before it is copied and the control thread
 * is woken for it: that costs a host under a flood more than all that the control thread does. Lets
 * nothing through that {@link HandshakeGate} would only drop, and says whether there is a flood.
 *
 * <p>A function of what it was told and the time; any thread.
 */
final class InitiationSieve {
  /** Ours: so many initiations in a second are more than peers of a young network cause. */
  private static final int LOAD_PER_SECOND = 50;

  /** As many as get a cookie for it, see {@link HandshakeGate}. */
  private static final int WITHOUT_COOKIE_PER_SECOND = HandshakeGate.COOKIES_PER_SECOND;

  /** As many as the gate's bucket lets through. */
  private static final int WITH_COOKIE_PER_SECOND =
      (int) (HandshakeGate.PREFIX_PER_SECOND + HandshakeGate.PREFIX_BURST);

  private final PrefixCount withoutCookie;
  private final PrefixCount withCookie;
  private long secondBeganNanos;
  private int seenThisSecond;
  private boolean loaded;

  InitiationSieve(RandomGenerator random, long nowNanos) {
    withoutCookie = new PrefixCount(random.nextLong(), nowNanos);
    withCookie = new PrefixCount(random.nextLong(), nowNanos);
    secondBeganNanos = nowNanos;
  }

  /** {@code bearsCookie}: whether there is a mac2, right or wrong. */
  synchronized boolean passes(boolean bearsCookie, InetAddress from, long nowNanos) {
    countArrival(nowNanos);
    if (!loaded) {
      return true;
    }
    return bearsCookie
        ? withCookie.countUpTo(WITH_COOKIE_PER_SECOND, from, nowNanos)
        : withoutCookie.countUpTo(WITHOUT_COOKIE_PER_SECOND, from, nowNanos);
  }

  /** Whether an initiation has to bear a cookie. */
  synchronized boolean isLoaded(long nowNanos) {
    return loaded && nowNanos - secondBeganNanos < 2 * PrefixCount.SECOND;
  }

  /** Load is judged at once when it rises, and forgotten after a quiet second. */
  private void countArrival(long nowNanos) {
    if (nowNanos - secondBeganNanos >= PrefixCount.SECOND) {
      loaded =
          seenThisSecond > LOAD_PER_SECOND && nowNanos - secondBeganNanos < 2 * PrefixCount.SECOND;
      secondBeganNanos = nowNanos;
      seenThisSecond = 0;
    }
    seenThisSecond++;
    loaded |= seenThisSecond > LOAD_PER_SECOND;
  }
}
