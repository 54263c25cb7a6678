package org.p2pvpn.overlay.circuit;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Circuit id to circuit, for everything that a relay forwards and everything that comes back. The
 * control thread sees to it that no id is a receiver index of our own.
 *
 * <p>Read by the shards, written by the control thread.
 */
public final class RelayTable {
  /** An id whose low bits are taken is refused; the asker draws another. */
  static final int CELLS = 1 << 16;

  private final AtomicReferenceArray<@Nullable RelayedCircuit> cells =
      new AtomicReferenceArray<>(CELLS);

  private final RelayBandwidth bandwidth = new RelayBandwidth();

  /** What they may use together. */
  public RelayBandwidth bandwidth() {
    return bandwidth;
  }

  public @Nullable RelayedCircuit find(int index) {
    RelayedCircuit circuit = cells.getAcquire(cell(index));
    return circuit != null && circuit.index() == index ? circuit : null;
  }

  /** Returns false when the cell is taken. */
  public boolean add(RelayedCircuit circuit) {
    return cells.compareAndSet(cell(circuit.index()), null, circuit);
  }

  public void remove(RelayedCircuit circuit) {
    cells.compareAndSet(cell(circuit.index()), circuit, null);
  }

  private static int cell(int index) {
    return index & (CELLS - 1);
  }
}
