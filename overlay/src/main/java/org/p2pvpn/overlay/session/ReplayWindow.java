package org.p2pvpn.overlay.session;

/**
 * Which counters of an epoch have been seen, after RFC 6479: a ring of 64-bit blocks, of which the
 * newest may be partly ahead. One thread at a time.
 */
public final class ReplayWindow {
  /** As the Linux kernel's WireGuard has it: enough for the reordering of a 10 Gbit/s link. */
  public static final int WINDOW_PACKETS = 8192;

  /** One block is always being filled, so that much less is usable. */
  private static final long REACH = WINDOW_PACKETS - Long.SIZE;

  private static final int BLOCKS = WINDOW_PACKETS / Long.SIZE;
  private static final int BLOCK_MASK = BLOCKS - 1;

  static {
    assert Integer.bitCount(BLOCKS) == 1 : "the ring is indexed with a mask";
  }

  private final long[] blocks = new long[BLOCKS];

  /** One more than the highest counter accepted. Counters stay far below 2^63. */
  private long next;

  /** Whether a message with this counter could still be accepted; changes nothing. */
  public boolean isFresh(long counter) {
    if (counter < 0) {
      return false;
    }
    if (counter >= next) {
      return true;
    }
    if (next - 1 - counter >= REACH) {
      return false;
    }
    return (blocks[(int) (counter >>> 6) & BLOCK_MASK] & (1L << counter)) == 0;
  }

  /**
   * Marks an authenticated message's counter as seen.
   *
   * @return false when it had been seen, or lies behind the window
   */
  public boolean accept(long counter) {
    if (!isFresh(counter)) {
      return false;
    }
    if (counter >= next) {
      clearBetween(next == 0 ? -1 : (next - 1) >>> 6, counter >>> 6);
      next = counter + 1;
    }
    blocks[(int) (counter >>> 6) & BLOCK_MASK] |= 1L << counter;
    return true;
  }

  /** Whether this counter is the highest one accepted so far. */
  public boolean isNewest(long counter) {
    return counter == next - 1;
  }

  private void clearBetween(long oldBlock, long newBlock) {
    long distance = Math.min(newBlock - oldBlock, BLOCKS);
    for (long i = 1; i <= distance; i++) {
      blocks[(int) (oldBlock + i) & BLOCK_MASK] = 0;
    }
  }
}
