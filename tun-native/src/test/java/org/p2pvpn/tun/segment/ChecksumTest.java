package org.p2pvpn.tun.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumTest {
  @Test
  void givesTheSumOfRfc1071sExample() {
    byte[] example = {
      0x00, 0x01, (byte) 0xf2, 0x03, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7
    };
    assertThat(Checksum.sum(example, 0, 8)).isEqualTo(0xddf2);
  }

  @Test
  void agreesWithTheSlowSumForEveryLengthAndOffset() {
    byte[] bytes = new byte[400];
    new Random(1).nextBytes(bytes);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
    for (int at = 0; at < 20; at++) {
      for (int length = 0; length <= bytes.length - at; length++) {
        int expected = SlowChecksum.sum(bytes, at, length);
        assertThat(Checksum.sum(bytes, at, length)).isEqualTo(expected);
        assertThat(Checksum.sum(direct, at, length)).isEqualTo(expected);
      }
    }
  }

  @Test
  void doesNotOverflowOnTheLargestPacketOfOnes() {
    byte[] bytes = new byte[65_535];
    Arrays.fill(bytes, (byte) 0xff);
    assertThat(Checksum.sum(bytes, 0, bytes.length))
        .isEqualTo(SlowChecksum.sum(bytes, 0, bytes.length));
  }

  @Test
  void aSumThatIsNotZeroNeverFoldsToZero() {
    assertThat(Checksum.fold(0xffff)).isEqualTo(0xffff);
    assertThat(Checksum.fold(0x1_fffe)).isEqualTo(0xffff);
    assertThat(Checksum.fold(0xffff_ffff)).isEqualTo(0xffff);
    assertThat(Checksum.complement(0xffff)).isZero();
  }
}
