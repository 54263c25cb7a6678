package org.p2pvpn.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The seven points of WireGuard's netns.sh, and five that are of small order only to noise-java, as
 * it does not clear the top bit.
 */
final class LowOrderTest {
  private static final String ZERO =
      "0000000000000000000000000000000000000000000000000000000000000000";

  @ParameterizedTest
  @ValueSource(
      strings = {
        ZERO,
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "cdeb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880",
        "4c9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7",
        "d9ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "daffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "dbffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      })
  void refusesThePointAsEveryKeyOfAPeer(String hex) {
    byte[] point = HexFormat.of().parseHex(hex);
    refusesItAsTheInitiatorsEphemeral(point);
    refusesItAsTheRespondersEphemeral(point);
    assertThat(Identity.isStaticKey(point)).isFalse();
    assertThatThrownBy(
            () -> new Initiator(Pair.ALICE, Suite.AESGCM_SHA256, point, 1, 1L, Pair.NO_TOKEN, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void refusesItAsTheInitiatorsEphemeral(byte[] point) {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256)) {
      byte[] forged = alice.initiation();
      System.arraycopy(point, 0, forged, HandshakeWire.INITIATION_NOISE_AT, 32);
      new Macs(Pair.BOB.staticKey()).writeMac1(forged);
      assertThat(Pair.open(forged))
          .isIn(HandshakeVerdict.LOW_ORDER_POINT, HandshakeVerdict.NON_CANONICAL_POINT);
    }
  }

  private static void refusesItAsTheRespondersEphemeral(byte[] point) {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256);
        Responder bob = Pair.opened(alice.initiation()).responder()) {
      byte[] response = bob.accept(1);
      byte[] forged = response.clone();
      System.arraycopy(point, 0, forged, HandshakeWire.RESPONSE_NOISE_AT, 32);
      new Macs(Pair.ALICE.staticKey()).writeMac1(forged);
      assertThat(alice.handle(forged, forged.length))
          .isIn(HandshakeVerdict.LOW_ORDER_POINT, HandshakeVerdict.NON_CANONICAL_POINT);
      assertThat(Pair.established(alice, response).peerIndex()).isEqualTo(1);
    }
  }

  @Test
  void refusesNoOrdinaryKey() {
    byte[] privateKey = new byte[32];
    byte[] publicKey = new byte[32];
    for (int i = 0; i < 200; i++) {
      privateKey[i % 32] += (byte) (i + 1);
      X25519.scalarMultBase(privateKey, 0, publicKey, 0);
      assertThat(Identity.isStaticKey(publicKey)).isTrue();
    }
    assertThat(Identity.isStaticKey(new byte[31])).isFalse();
    assertThat(Identity.isStaticKey(new byte[0])).isFalse();
  }
}
