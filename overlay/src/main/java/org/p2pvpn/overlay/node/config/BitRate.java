package org.p2pvpn.overlay.node.config;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A bandwidth as people write it.
 *
 * @param bitsPerSecond 0 for no limit
 */
record BitRate(long bitsPerSecond) {
  static final BitRate UNLIMITED = new BitRate(0);

  /** Ours: with less an initiation would take longer than its answer is waited for. */
  private static final long MIN = 64_000;

  /** Ours: past what one machine moves, a typing error. */
  private static final long MAX = 1_000_000_000_000L;

  /** The greatest unit that leaves a whole number; what was typed may have been another. */
  @Override
  public String toString() {
    if (bitsPerSecond == 0) {
      return "unlimited";
    }
    if (bitsPerSecond % 1_000_000_000 == 0) {
      return bitsPerSecond / 1_000_000_000 + " Gbit/s";
    }
    return bitsPerSecond % 1_000_000 == 0
        ? bitsPerSecond / 1_000_000 + " Mbit/s"
        : bitsPerSecond / 1000 + " kbit/s";
  }

  /** Null for a rate that makes no sense. */
  static @Nullable BitRate of(BigDecimal bitsPerSecond) {
    long bits = bitsPerSecond.longValueExact();
    return bits < MIN || bits > MAX ? null : new BitRate(bits);
  }
}
