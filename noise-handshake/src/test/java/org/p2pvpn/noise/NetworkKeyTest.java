package org.p2pvpn.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NetworkKeyTest {
  private static final NetworkKey ONE = NetworkKey.random(new SecureRandom());
  private static final NetworkKey OTHER = NetworkKey.random(new SecureRandom());

  private static Initiator initiator(Suite suite, @Nullable NetworkKey network) {
    return new Initiator(
        Pair.ALICE, suite, Pair.BOB.staticKey(), 5, 7, new byte[16], null, network);
  }

  private static Responder.Opening open(byte[] initiation, @Nullable NetworkKey network) {
    return Responder.open(Pair.BOB, network, initiation, initiation.length);
  }

  @ParameterizedTest
  @EnumSource(Suite.class)
  void membersShakeHands(Suite suite) {
    try (Initiator initiator = initiator(suite, ONE);
        Responder responder = ((Responder.Opened) open(initiator.initiation(), ONE)).responder()) {
      byte[] response = responder.accept(9);
      assertThat(initiator.handle(response, response.length))
          .isInstanceOf(Initiator.Established.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Suite.class)
  void whoIsNotInTheNetworkHasNoMac1(Suite suite) {
    try (Initiator member = initiator(suite, ONE);
        Initiator other = initiator(suite, OTHER);
        Initiator nobody = initiator(suite, null)) {
      assertThat(open(other.initiation(), ONE)).isEqualTo(HandshakeVerdict.WRONG_MAC1);
      assertThat(open(nobody.initiation(), ONE)).isEqualTo(HandshakeVerdict.WRONG_MAC1);
      assertThat(open(member.initiation(), null)).isEqualTo(HandshakeVerdict.WRONG_MAC1);
    }
  }

  /** Even a right mac1 over a handshake that was made without the key is not authentic. */
  @Test
  void theKeyIsInTheHandshakeToo() {
    try (Initiator nobody = initiator(Suite.AESGCM_SHA256, null)) {
      byte[] initiation = nobody.initiation();
      new Macs(Pair.BOB.staticKey(), ONE).writeMac1(initiation);
      assertThat(open(initiation, ONE)).isEqualTo(HandshakeVerdict.NOT_AUTHENTIC);
    }
  }

  @Test
  void anAnswerOfAnotherNetworkIsNone() {
    try (Initiator initiator = initiator(Suite.AESGCM_SHA256, ONE);
        Responder responder = ((Responder.Opened) open(initiator.initiation(), ONE)).responder()) {
      byte[] response = responder.accept(9);
      new Macs(Pair.ALICE.staticKey(), OTHER).writeMac1(response);
      assertThat(initiator.handle(response, response.length))
          .isEqualTo(HandshakeVerdict.WRONG_MAC1);
    }
  }

  @Test
  void isReadAsItWasWrittenAndNeverShown() {
    assertThat(NetworkKey.parse(ONE.reveal())).isEqualTo(ONE).isNotEqualTo(OTHER);
    assertThat(ONE.toString()).doesNotContain(ONE.reveal());
    String mistyped = ONE.reveal().substring(1);
    assertThatThrownBy(() -> NetworkKey.parse(mistyped))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining(mistyped);
  }
}
