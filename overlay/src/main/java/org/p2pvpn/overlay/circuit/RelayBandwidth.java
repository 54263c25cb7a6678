package org.p2pvpn.overlay.circuit;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What all circuits together may use, and whose turn it is among the shards: each keeps queues of
 * its own, and would otherwise take what it finds first. The shard that has given the least to each
 * of its waiting peers goes first (start-time fair queueing, with its peers' number as weight).
 *
 * <p>Any thread; a shard writes its own cells only.
 */
public final class RelayBandwidth {
  /** As many as there may be, see the configuration. */
  private static final int SHARDS_MAX = 64;

  private static final int CELL = 8; // longs; a cache line for each shard

  private final Allowance total = Allowance.unlimited();

  /** 1 while the shard has queues that wait for the total. */
  private final AtomicIntegerArray waiting = new AtomicIntegerArray(SHARDS_MAX);

  /** Bytes given to each waiting peer; of interest only as a difference. */
  private final AtomicLongArray given = new AtomicLongArray(SHARDS_MAX * CELL);

  /** Those that ever waited are below this. */
  private final AtomicInteger shards = new AtomicInteger();

  public Allowance total() {
    return total;
  }

  /** A shard begins to wait, from where the others are: what it did not use before is gone. */
  void begin(int shard) {
    if (waiting.get(shard) == 0) {
      shards.accumulateAndGet(shard + 1, Math::max);
      long least = leastOfOthers(shard);
      if (least != Long.MAX_VALUE) {
        given.set(shard * CELL, Math.max(least, given.get(shard * CELL)));
      }
      waiting.set(shard, 1);
    }
  }

  void end(int shard) {
    if (waiting.get(shard) != 0) {
      waiting.set(shard, 0);
    }
  }

  void give(int shard, int bytes, int peers) {
    given.setOpaque(shard * CELL, given.getOpaque(shard * CELL) + bytes / Math.max(1, peers));
  }

  /** Whether others wait, so that nobody may take his bytes past the queues. */
  boolean othersWait(int shard) {
    return leastOfOthers(shard) != Long.MAX_VALUE;
  }

  /** Whether others that wait have had less, by more than a turn. */
  boolean isAhead(int shard, int turnBytes) {
    long least = leastOfOthers(shard);
    return least != Long.MAX_VALUE && given.get(shard * CELL) - least > turnBytes;
  }

  private long leastOfOthers(int shard) {
    long least = Long.MAX_VALUE;
    int end = shards.get();
    for (int other = 0; other < end; other++) {
      if (other != shard && waiting.get(other) != 0) {
        least = Math.min(least, given.get(other * CELL));
      }
    }
    return least;
  }
}
