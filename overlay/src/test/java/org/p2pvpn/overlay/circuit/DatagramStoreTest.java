package org.p2pvpn.overlay.circuit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DatagramStoreTest {
  @Test
  void givesBackWhatItGotWhateverComesAndGoes() {
    Random random = new Random(7);
    DatagramStore store = new DatagramStore(1 << 20);
    ArrayDeque<Integer> kept = new ArrayDeque<>();
    ArrayDeque<byte[]> expected = new ArrayDeque<>();
    byte[] copy = new byte[65_535];
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(random.nextInt(20) == 0 ? 65_535 : 2000)];
      random.nextBytes(bytes);
      while (store.freeCells() < DatagramStore.cells(bytes.length)) {
        int oldest = kept.remove();
        store.copy(oldest, copy);
        byte[] original = expected.remove();
        assertThat(Arrays.copyOf(copy, store.length(oldest))).isEqualTo(original);
        store.remove(oldest);
      }
      kept.add(store.put(bytes, 0, bytes.length, i));
      expected.add(bytes);
    }
    kept.forEach(store::remove);
    assertThat(store.freeCells()).isEqualTo(store.capacityCells());
  }

  @Test
  void holdsNoMoreThanItsBudget() {
    DatagramStore store = new DatagramStore(1 << 20);
    assertThat(store.capacityCells() * DatagramStore.CELL_BYTES).isEqualTo(1 << 20);
  }
}
