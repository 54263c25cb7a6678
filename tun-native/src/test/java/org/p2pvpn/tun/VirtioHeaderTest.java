package org.p2pvpn.tun;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class VirtioHeaderTest {
  private final TunBuffer buffer = TunBuffer.allocate(12);

  @Test
  void laysItsFieldsOutInTheHostsOrder() {
    VirtioHeader.putSuper(buffer.bytes(), 1, VirtioHeader.GSO_TCPV6, 60, 1400, 40, 16);
    ByteBuffer expected = ByteBuffer.allocate(12).order(ByteOrder.nativeOrder());
    expected.put(1, (byte) 1).put(2, (byte) 4);
    expected.putShort(3, (short) 60).putShort(5, (short) 1400);
    expected.putShort(7, (short) 40).putShort(9, (short) 16);
    byte[] written = new byte[12];
    buffer.bytes().get(0, written);
    assertThat(written).isEqualTo(expected.array());
  }

  @Test
  void readsUnsigned() {
    VirtioHeader.putSuper(buffer.bytes(), 0, 0x85, 0xfffe, 0xfffd, 0xfffc, 0xfffb);
    assertThat(VirtioHeader.flags(buffer.bytes(), 0)).isEqualTo(1);
    assertThat(VirtioHeader.gsoType(buffer.bytes(), 0)).isEqualTo(0x85);
    assertThat(VirtioHeader.headerLength(buffer.bytes(), 0)).isEqualTo(0xfffe);
    assertThat(VirtioHeader.gsoSize(buffer.bytes(), 0)).isEqualTo(0xfffd);
    assertThat(VirtioHeader.checksumStart(buffer.bytes(), 0)).isEqualTo(0xfffc);
    assertThat(VirtioHeader.checksumOffset(buffer.bytes(), 0)).isEqualTo(0xfffb);
  }

  @Test
  void leavesNothingOfAnOlderHeaderBehind() {
    VirtioHeader.putSuper(buffer.bytes(), 0, 5, 1, 2, 3, 4);
    VirtioHeader.putPartial(buffer.bytes(), 0, 20, 6);
    assertThat(VirtioHeader.gsoType(buffer.bytes(), 0)).isZero();
    assertThat(VirtioHeader.gsoSize(buffer.bytes(), 0)).isZero();
    VirtioHeader.putPlain(buffer.bytes(), 0);
    byte[] written = new byte[12];
    buffer.bytes().get(0, written);
    assertThat(written).containsOnly(0);
  }
}
