package org.p2pvpn.overlay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class DataMessageTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void hasExactlyTheseBytes() {
    byte[] buffer = new byte[20];
    DataMessage.writeHeader(buffer, 2, 0xA1B2_C3D4, 0x0102_0304_0506_0708L);
    assertThat(HEX.formatHex(buffer))
        .isEqualTo("0000" + "01000000a1b2c3d40102030405060708" + "0000");
  }

  @Test
  void readsWhatItWrote() {
    byte[] buffer = new byte[20];
    DataMessage.writeHeader(buffer, 3, -2, 1L << 60);
    assertThat(DataMessage.isData(buffer, 3)).isTrue();
    assertThat(DataMessage.receiverIndex(buffer, 3)).isEqualTo(-2);
    assertThat(DataMessage.counter(buffer, 3)).isEqualTo(1L << 60);
  }

  @Test
  void anyBitInTheReservedBytesMakesItAnotherMessage() {
    for (int bit = 0; bit < 32; bit++) {
      byte[] buffer = new byte[16];
      DataMessage.writeHeader(buffer, 0, 1, 1);
      buffer[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(DataMessage.isData(buffer, 0)).isFalse();
    }
  }

  @Test
  void addsThirtyThreeBytesToAPacket() {
    assertThat(DataMessage.OVERHEAD_BYTES).isEqualTo(33);
    assertThat(DataMessage.BYTES_MIN).isEqualTo(32);
  }

  @Test
  void onlyTheFourHandshakeTypesAreHandshakes() {
    for (int type = Byte.MIN_VALUE; type <= Byte.MAX_VALUE; type++) {
      assertThat(MessageType.isHandshake((byte) type)).isEqualTo(type >= 2 && type <= 5);
    }
  }
}
