package org.p2pvpn.overlay.identity;

import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.NetworkKey;

/**
 * What a newcomer has to know of a node's network, as its address line tells.
 *
 * @param key of the private network that the node is in, a secret; null for everybody's
 * @param puzzleBits the work that a node's key must have cost there, or null for the usual
 */
public record NetworkTerms(@Nullable NetworkKey key, @Nullable Integer puzzleBits) {
  /** Everybody's network. */
  public static final NetworkTerms USUAL = new NetworkTerms(null, null);

  /** Ours: a week of work for one core. */
  public static final int PUZZLE_BITS_MAX = 40;

  public NetworkTerms {
    if (puzzleBits != null && (puzzleBits < 0 || puzzleBits > PUZZLE_BITS_MAX)) {
      throw new IllegalArgumentException("puzzle: expected 0 to 40 bits, found " + puzzleBits);
    }
  }
}
