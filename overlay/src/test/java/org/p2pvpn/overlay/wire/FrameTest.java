package org.p2pvpn.overlay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class FrameTest {
  @Test
  void aForwardFrameHasExactlyTheseBytes() {
    byte[] plaintext = new byte[7];
    Frame.writeForward(plaintext, 1, 0x8102_0304);
    assertThat(HexFormat.of().formatHex(plaintext)).isEqualTo("00038102030400");
    assertThat(Frame.circuit(plaintext, 1)).isEqualTo(0x8102_0304);
    assertThat(Frame.FORWARD_BYTES).isEqualTo(5);
  }

  @Test
  void theNumbersOfTheFramesStay() {
    assertThat(
            new byte[] {
              Frame.CONTROL,
              Frame.PACKET,
              Frame.PACKET_PARTIAL_CHECKSUM,
              Frame.FORWARD,
              Frame.PROBE,
              Frame.ECHO
            })
        .containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(Frame.PROBE_BYTES).isEqualTo(9);
  }
}
