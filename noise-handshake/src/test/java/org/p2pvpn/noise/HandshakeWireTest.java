package org.p2pvpn.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Pins what stands where, so that nobody moves a byte without noticing. */
final class HandshakeWireTest {
  @Test
  void givesEveryMessageItsSize() {
    assertThat(HandshakeWire.INITIATION_BYTES).isEqualTo(1440);
    assertThat(HandshakeWire.RESPONSE_BYTES).isEqualTo(1185);
    assertThat(HandshakeWire.COOKIE_REPLY_BYTES).isEqualTo(56);
    assertThat(HandshakeWire.VERSION_NOTICE_BYTES).isEqualTo(24);
  }

  @Test
  void beginsAnInitiationWithTypeVersionSuiteAndIndex() {
    try (Initiator alice = Pair.initiator(Suite.CHACHAPOLY_BLAKE2S)) {
      byte[] initiation = alice.initiation();
      assertThat(initiation).hasSize(1440);
      assertThat(head(initiation, 8)).isEqualTo("0201020011223344");
      assertThat(Arrays.copyOfRange(initiation, 1424, 1440)).containsOnly(0);
      assertThat(Arrays.copyOfRange(initiation, 1408, 1424)).isNotEqualTo(new byte[16]);
    }
  }

  @Test
  void beginsAResponseWithTypeVersionSuiteAndBothIndexes() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256);
        Responder bob = Pair.opened(alice.initiation()).responder()) {
      byte[] response = bob.accept(Pair.BOB_INDEX);
      assertThat(response).hasSize(1185);
      assertThat(head(response, 12)).isEqualTo("030101005566778811223344");
      assertThat(Arrays.copyOfRange(response, 1169, 1185)).containsOnly(0);
    }
  }

  /** An observer learns the same from both: nothing. */
  @Test
  void givesARefusalTheSizeOfAnAcceptance() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256);
        Responder bob = Pair.opened(alice.initiation()).responder()) {
      assertThat(bob.refuse(Refusal.BUSY)).hasSize(HandshakeWire.RESPONSE_BYTES);
    }
  }

  @Test
  void repeatsTheSameInitiation() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256)) {
      assertThat(alice.initiation()).isEqualTo(alice.initiation());
    }
  }

  @Test
  void sharesNothingBetweenTwoInitiationsButTheHeader() {
    try (Initiator one = Pair.initiator(Suite.AESGCM_SHA256);
        Initiator two = Pair.initiator(Suite.AESGCM_SHA256)) {
      byte[] first = one.initiation();
      byte[] second = two.initiation();
      for (int i = 8; i + 4 <= 1424; i += 4) {
        assertThat(HandshakeWire.getInt(first, i)).isNotEqualTo(HandshakeWire.getInt(second, i));
      }
    }
  }

  private static String head(byte[] bytes, int length) {
    return HexFormat.of().formatHex(bytes, 0, length);
  }
}
