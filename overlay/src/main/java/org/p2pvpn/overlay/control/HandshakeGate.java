package org.p2pvpn.overlay.control;

import java.net.InetAddress;

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
  static final double PREFIX_PER_SECOND = 20;

  static final double PREFIX_BURST = 5;

  /** Ours: at about 1 ms each a fifth of one core at the most. */
  private static final double NODE_PER_SECOND = 200;

  private static final double NODE_BURST = 40;

  /**
   * Ours, per IPv4 address and IPv6 /64: an honest node needs one, and whoever floods from the same
   * network cannot use it up.
   */
  static final int COOKIES_PER_SECOND = 2;

  /** Prefixes that share a cell share its bucket; the salt keeps anyone from choosing which. */
  private static final int CELLS = 8192;

  private final long salt;
  private final double[] tokens = new double[CELLS];
  private final long[] refilledNanos = new long[CELLS];
  private final PrefixCount cookies;

  private double nodeTokens = NODE_BURST;
  private long nodeRefilledNanos;

  HandshakeGate(long salt, long nowNanos) {
    this.salt = salt;
    nodeRefilledNanos = nowNanos;
    cookies = new PrefixCount(salt, nowNanos);
    java.util.Arrays.fill(tokens, PREFIX_BURST);
    java.util.Arrays.fill(refilledNanos, nowNanos);
  }

  /**
   * Rules on one initiation.
   *
   * @param needsCookie whether there is a flood, see {@link InitiationSieve}
   * @param hasCookie whether mac2 is right for this sender
   */
  Ruling rule(InetAddress from, boolean needsCookie, boolean hasCookie, long nowNanos) {
    if (needsCookie && !hasCookie) {
      return cookies.countUpTo(COOKIES_PER_SECOND, from, nowNanos)
          ? Ruling.ASK_FOR_COOKIE
          : Ruling.WITHHOLD_COOKIE;
    }
    int cell = PrefixCount.hash(from, salt) & (CELLS - 1);
    double refill = (nowNanos - refilledNanos[cell]) * PREFIX_PER_SECOND / PrefixCount.SECOND;
    tokens[cell] = Math.min(PREFIX_BURST, tokens[cell] + refill);
    refilledNanos[cell] = nowNanos;
    nodeTokens =
        Math.min(
            NODE_BURST,
            nodeTokens + (nowNanos - nodeRefilledNanos) * NODE_PER_SECOND / PrefixCount.SECOND);
    nodeRefilledNanos = nowNanos;
    if (tokens[cell] < 1 || nodeTokens < 1) {
      return Ruling.DROP;
    }
    tokens[cell]--;
    nodeTokens--;
    return Ruling.ADMIT;
  }
}
