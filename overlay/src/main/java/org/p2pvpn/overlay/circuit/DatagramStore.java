package org.p2pvpn.overlay.circuit;

import java.util.Arrays;

/**
 * Datagrams that wait, in cells of one size: what they take is known to the byte and never more
 * than the budget, and nothing is allocated for one of them. Memory is taken a slab at a time, when
 * it is needed first, and kept.
 *
 * <p>A datagram is known by its first cell. Each may name another that follows it, which is how the
 * queues are made. One thread.
 */
final class DatagramStore {
  /** Ours: a full datagram fills three, an acknowledgement in a few layers one. */
  static final int CELL_BYTES = 512;

  static final int NONE = -1;

  private static final int SLAB_CELLS = 256;

  private final byte[][] slabs;

  /** The following cell of a datagram, or of the free ones. */
  private int[] nextCell = new int[0];

  private int[] nextDatagram = new int[0];
  private int[] lengths = new int[0];
  private long[] sinceNanos = new long[0];
  private int slabCount;
  private int free = NONE;
  private int freeCells;

  /** {@code budgetBytes}: never more than this, less than a slab aside. */
  DatagramStore(int budgetBytes) {
    slabs = new byte[Math.max(1, budgetBytes / (SLAB_CELLS * CELL_BYTES))][];
    freeCells = slabs.length * SLAB_CELLS;
  }

  static int cells(int bytes) {
    return Math.ceilDiv(bytes, CELL_BYTES);
  }

  int capacityCells() {
    return slabs.length * SLAB_CELLS;
  }

  int freeCells() {
    return freeCells;
  }

  /** Keeps a copy; the caller has seen that there are enough free cells. */
  int put(byte[] from, int at, int length, long nowNanos) {
    int first = NONE;
    int last = NONE;
    for (int copied = 0; copied < length; copied += CELL_BYTES) {
      int cell = take();
      int bytes = Math.min(CELL_BYTES, length - copied);
      System.arraycopy(from, at + copied, slabs[cell / SLAB_CELLS], offset(cell), bytes);
      if (first == NONE) {
        first = cell;
      } else {
        nextCell[last] = cell;
      }
      last = cell;
    }
    nextCell[last] = NONE;
    nextDatagram[first] = NONE;
    lengths[first] = length;
    sinceNanos[first] = nowNanos;
    return first;
  }

  int length(int datagram) {
    return lengths[datagram];
  }

  long sinceNanos(int datagram) {
    return sinceNanos[datagram];
  }

  int next(int datagram) {
    return nextDatagram[datagram];
  }

  void follow(int datagram, int follower) {
    nextDatagram[datagram] = follower;
  }

  void copy(int datagram, byte[] to) {
    int copied = 0;
    for (int cell = datagram; cell != NONE; cell = nextCell[cell]) {
      int bytes = Math.min(CELL_BYTES, lengths[datagram] - copied);
      System.arraycopy(slabs[cell / SLAB_CELLS], offset(cell), to, copied, bytes);
      copied += bytes;
    }
  }

  void remove(int datagram) {
    int cell = datagram;
    while (cell != NONE) {
      int following = nextCell[cell];
      nextCell[cell] = free;
      free = cell;
      freeCells++;
      cell = following;
    }
  }

  private int take() {
    if (free == NONE) {
      addSlab();
    }
    int cell = free;
    free = nextCell[cell];
    freeCells--;
    return cell;
  }

  private void addSlab() {
    if (slabCount == slabs.length) {
      throw new IllegalStateException("more cells taken than there are");
    }
    int from = slabCount * SLAB_CELLS;
    int to = from + SLAB_CELLS;
    slabs[slabCount++] = new byte[SLAB_CELLS * CELL_BYTES];
    if (to > nextCell.length) {
      int cells = Math.min(Math.max(to, 2 * nextCell.length), capacityCells());
      nextCell = Arrays.copyOf(nextCell, cells);
      nextDatagram = Arrays.copyOf(nextDatagram, cells);
      lengths = Arrays.copyOf(lengths, cells);
      sinceNanos = Arrays.copyOf(sinceNanos, cells);
    }
    for (int cell = from; cell < to; cell++) {
      nextCell[cell] = cell + 1 < to ? cell + 1 : NONE;
    }
    free = from;
  }

  private static int offset(int cell) {
    return cell % SLAB_CELLS * CELL_BYTES;
  }
}
