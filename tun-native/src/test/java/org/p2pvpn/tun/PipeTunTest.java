package org.p2pvpn.tun;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PipeTunTest {
  private final PipeTun.Pair pair = PipeTun.pair("pipe", 1400, TunOffloads.ALL, 2);
  private final TunBuffer buffer = TunBuffer.allocate(100);

  @Test
  void givesTheOtherEndWhatWasWrittenInOrder() {
    pair.left().up();
    buffer.bytes().put(3, (byte) 7).put(4, (byte) 8);
    assertThat(pair.left().write(buffer, 3, 1)).isEqualTo(1);
    assertThat(pair.left().write(buffer, 4, 1)).isEqualTo(1);
    assertThat(pair.right().read(buffer, 50, 10)).isEqualTo(1);
    assertThat(pair.right().read(buffer, 51, 10)).isEqualTo(1);
    assertThat(buffer.bytes().getShort(50)).isEqualTo((short) 0x0708);
    assertThat(pair.right().read(buffer, 50, 10)).isZero();
    assertThat(pair.left().read(buffer, 50, 10)).isZero();
  }

  @Test
  void holdsNoMoreThanItsBound() {
    pair.left().up();
    pair.left().write(buffer, 0, 10);
    pair.left().write(buffer, 0, 10);
    assertThat(pair.left().write(buffer, 0, 10)).isZero();
  }

  @Test
  void cutsOffWhatDoesNotFitTheReader() {
    pair.left().up();
    pair.left().write(buffer, 0, 100);
    assertThat(pair.right().read(buffer, 0, 60)).isEqualTo(60);
    assertThat(pair.right().read(buffer, 0, 60)).isZero();
  }

  @Test
  void answersAsTheKernelDoesBeforeUpAndAfterClose() {
    assertThat(pair.left().write(buffer, 0, 10)).isEqualTo(-100);
    pair.left().close();
    pair.left().close();
    assertThat(pair.left().read(buffer, 0, 10)).isEqualTo(-9);
    assertThat(pair.left().write(buffer, 0, 10)).isEqualTo(-9);
  }
}
