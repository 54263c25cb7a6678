package org.p2pvpn.overlay.control;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * How many came from each IPv4 address and each IPv6 /64 in this second. Prefixes that share a cell
 * share its count; the salt keeps anyone from choosing which. A pure function of what it was told
 * and the time; one thread at a time.
 */
final class PrefixCount {
  /** A flood from forged addresses must leave most cells untouched. */
  private static final int CELLS = 1 << 16;

  static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long salt;
  private final byte[] counts = new byte[CELLS];
  private long secondBeganNanos;

  PrefixCount(long salt, long nowNanos) {
    this.salt = salt;
    secondBeganNanos = nowNanos;
  }

  /** Counts one more, or returns false when there were so many already; at most 127. */
  boolean countUpTo(int max, InetAddress from, long nowNanos) {
    if (nowNanos - secondBeganNanos >= SECOND) {
      secondBeganNanos = nowNanos;
      Arrays.fill(counts, (byte) 0);
    }
    int cell = hash(from, salt) & (CELLS - 1);
    if (counts[cell] >= max) {
      return false;
    }
    counts[cell]++;
    return true;
  }

  static int hash(InetAddress address, long salt) {
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
