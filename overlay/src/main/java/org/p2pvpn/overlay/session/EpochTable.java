package org.p2pvpn.overlay.session;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Receiver index to epoch, for every message that comes in. The index's low bits name a slot, the
 * lowest of them the shard that may open; all other bits are random, so that a blind sender hits an
 * epoch once in four thousand million tries.
 *
 * <p>Read by the shards, written by the handshake and control threads.
 */
public final class EpochTable {
  /** When all slots are taken no new handshake completes until an epoch ends. */
  static final int EPOCHS_MAX = 1 << 16;

  private final AtomicReferenceArray<@Nullable Epoch> slots =
      new AtomicReferenceArray<>(EPOCHS_MAX);
  private final int shards;

  /** {@code shards}: a power of two, since an index is cut to it with a mask. */
  public EpochTable(int shards) {
    if (Integer.bitCount(shards) != 1) {
      throw new IllegalArgumentException(shards + " shards: must be a power of two");
    }
    this.shards = shards;
  }

  public @Nullable Epoch find(int index) {
    Epoch epoch = slots.getAcquire(slot(index));
    return epoch != null && epoch.localIndex() == index ? epoch : null;
  }

  public int shardOf(int index) {
    return index & (shards - 1);
  }

  /** An index whose slot is free, or 0 when the table is too full to find one. */
  public int freeIndex(IntSupplier random) {
    for (int tries = 0; tries < 64; tries++) {
      int index = random.getAsInt();
      if (index != 0 && slots.getAcquire(slot(index)) == null) {
        return index;
      }
    }
    return 0;
  }

  /** Returns false when the slot was taken meanwhile. */
  public boolean add(Epoch epoch) {
    return slots.compareAndSet(slot(epoch.localIndex()), null, epoch);
  }

  public void remove(Epoch epoch) {
    slots.compareAndSet(slot(epoch.localIndex()), epoch, null);
  }

  private static int slot(int index) {
    return index & (EPOCHS_MAX - 1);
  }
}
