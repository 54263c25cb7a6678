package org.p2pvpn.overlay.control;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Which initiations are worth a Diffie-Hellman. Node keys are public here, so a right mac1 proves
 * nothing; what protects the processor, in this order, is a cookie bound to the address while under
 * load, a bucket for each prefix, and a budget for the whole node.
 *
 * <p>A pure function of what it was told and the time; one thread.
 */
final class HandshakeGate {
  /** What to do with an initiation. */
  enum Ruling {
    /** Spend a Diffie-Hellman on it. */
    ADMIT,
    /** Answer with a cookie, nothing else. */
    ASK_FOR_COOKIE,
    /** Its prefix has had its cookies for this second. */
    WITHHOLD_COOKIE,
    /** Its prefix or the node is over budget. */
    DROP
  }

  /** Per IPv4 address and IPv6 /64, as in WireGuard's ratelimiter. */
  private static final double PREFIX_PER_SECOND = 20;

  private static final double PREFIX_BURST = 5;

  /** Ours: at about 1 ms each a fifth of one core at the most. */
  private static final double NODE_PER_SECOND = 200;

  private static final double NODE_BURST = 40;

  /** Ours: so many initiations in a second are more than peers of a young network cause. */
  private static final int LOAD_PER_SECOND = 50;

  /**
   * Ours, per IPv4 address and IPv6 /64: an honest node needs one, and whoever floods from the same
   * network cannot use it up.
   */
  private static final int COOKIES_PER_SECOND = 2;

  /** More than for buckets: a flood from forged addresses must leave most cells untouched. */
  private static final int COOKIE_CELLS = 1 << 16;

  /** Prefixes that share a cell share its bucket; the salt keeps anyone from choosing which. */
  private static final int CELLS = 8192;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long salt;
  private final double[] tokens = new double[CELLS];
  private final long[] refilledNanos = new long[CELLS];
  private final byte[] cookies = new byte[COOKIE_CELLS];

  private double nodeTokens = NODE_BURST;
  private long nodeRefilledNanos;
  private long secondBeganNanos;
  private int seenThisSecond;
  private boolean loaded;

  HandshakeGate(long salt, long nowNanos) {
    this.salt = salt;
    nodeRefilledNanos = nowNanos;
    secondBeganNanos = nowNanos;
    java.util.Arrays.fill(tokens, PREFIX_BURST);
    java.util.Arrays.fill(refilledNanos, nowNanos);
  }

  /** {@code hasCookie}: whether mac2 is right for this sender. */
  Ruling rule(InetSocketAddress from, boolean hasCookie, long nowNanos) {
    countArrival(nowNanos);
    if (loaded && !hasCookie) {
      int cell = hash(from.getAddress()) & (COOKIE_CELLS - 1);
      if (cookies[cell] >= COOKIES_PER_SECOND) {
        return Ruling.WITHHOLD_COOKIE;
      }
      cookies[cell]++;
      return Ruling.ASK_FOR_COOKIE;
    }
    int cell = hash(from.getAddress()) & (CELLS - 1);
    double refill = (nowNanos - refilledNanos[cell]) * PREFIX_PER_SECOND / SECOND;
    tokens[cell] = Math.min(PREFIX_BURST, tokens[cell] + refill);
    refilledNanos[cell] = nowNanos;
    nodeTokens =
        Math.min(
            NODE_BURST, nodeTokens + (nowNanos - nodeRefilledNanos) * NODE_PER_SECOND / SECOND);
    nodeRefilledNanos = nowNanos;
    if (tokens[cell] < 1 || nodeTokens < 1) {
      return Ruling.DROP;
    }
    tokens[cell]--;
    nodeTokens--;
    return Ruling.ADMIT;
  }

  boolean isLoaded() {
    return loaded;
  }

  /** Load is judged at once when it rises, and forgotten after a quiet second. */
  private void countArrival(long nowNanos) {
    if (nowNanos - secondBeganNanos >= SECOND) {
      loaded = seenThisSecond > LOAD_PER_SECOND && nowNanos - secondBeganNanos < 2 * SECOND;
      secondBeganNanos = nowNanos;
      seenThisSecond = 0;
      java.util.Arrays.fill(cookies, (byte) 0);
    }
    seenThisSecond++;
    loaded |= seenThisSecond > LOAD_PER_SECOND;
  }

  private int hash(InetAddress address) {
    byte[] bytes = address.getAddress();
    int prefixBytes = Math.min(bytes.length, 8);
    long hash = salt;
    for (int i = 0; i < prefixBytes; i++) {
      hash = (hash ^ bytes[i]) * 0x9E37_79B9_7F4A_7C15L;
      hash ^= hash >>> 29;
    }
    return (int) (hash >>> 32);
  }
}
