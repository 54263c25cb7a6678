package org.p2pvpn.overlay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.p2pvpn.noise.Suite;

final class EpochTableTest {
  private final EpochTable table = new EpochTable(4);

  private static Epoch epoch(int index) {
    return new Epoch(
        Epochs.session(1), Epochs.keys(Suite.CHACHAPOLY_BLAKE2S, 1, 2), index, 9, true, 1, 0);
  }

  @Test
  void findsAnEpochByItsWholeIndex() {
    Epoch epoch = epoch(0xABCD_1234);
    assertThat(table.add(epoch)).isTrue();
    assertThat(table.find(0xABCD_1234)).isSameAs(epoch);
    assertThat(table.find(0xABCE_1234)).isNull();
    assertThat(table.find(0xABCD_1235)).isNull();
  }

  @Test
  void refusesASecondEpochInOneSlot() {
    Epoch first = epoch(0x0001_0007);
    assertThat(table.add(first)).isTrue();
    assertThat(table.add(epoch(0x0002_0007))).isFalse();
    assertThat(table.find(0x0001_0007)).isSameAs(first);
  }

  @Test
  void removesAnEpochAndNotItsSuccessor() {
    Epoch first = epoch(0x0001_0007);
    Epoch second = epoch(0x0002_0007);
    table.add(first);
    table.remove(first);
    assertThat(table.find(0x0001_0007)).isNull();
    table.add(second);
    table.remove(first);
    assertThat(table.find(0x0002_0007)).isSameAs(second);
  }

  @Test
  void offersNoIndexThatIsZeroOrTaken() {
    table.add(epoch(0x0001_0007));
    int[] draws = {0, 0x0005_0007, 0x0005_0008};
    int[] at = {0};
    assertThat(table.freeIndex(() -> draws[at[0]++])).isEqualTo(0x0005_0008);
  }

  @Test
  void givesUpWhenNothingIsFree() {
    table.add(epoch(0x0001_0007));
    assertThat(table.freeIndex(() -> 0x0005_0007)).isZero();
  }

  @Test
  void theLowestBitsNameTheShard() {
    assertThat(table.shardOf(0xFFFF_FFFE)).isEqualTo(2);
    assertThat(new EpochTable(1).shardOf(-1)).isZero();
  }

  @Test
  void takesPowersOfTwoOnly() {
    assertThatIllegalArgumentException().isThrownBy(() -> new EpochTable(3));
    assertThatIllegalArgumentException().isThrownBy(() -> new EpochTable(0));
  }
}
