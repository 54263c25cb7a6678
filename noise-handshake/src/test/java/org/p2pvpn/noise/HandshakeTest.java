package org.p2pvpn.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class HandshakeTest {
  @ParameterizedTest
  @EnumSource(Suite.class)
  void bothSidesDeriveTheSameKeys(Suite suite) {
    try (Initiator alice = Pair.initiator(suite);
        Responder bob = Pair.opened(alice.initiation()).responder()) {
      byte[] response = bob.accept(Pair.BOB_INDEX);
      Initiator.Established established = Pair.established(alice, response);
      assertThat(established.peerIndex()).isEqualTo(Pair.BOB_INDEX);
      assertThat(established.keys().suite()).isEqualTo(suite);
      assertThat(established.keys().sendKey()).hasSize(32).isEqualTo(bob.keys().receiveKey());
      assertThat(established.keys().receiveKey()).hasSize(32).isEqualTo(bob.keys().sendKey());
      assertThat(established.keys().sendKey()).isNotEqualTo(established.keys().receiveKey());
    }
  }

  @ParameterizedTest
  @EnumSource(Suite.class)
  void introducesTheInitiator(Suite suite) {
    byte[] token = new byte[HandshakeWire.TOKEN_BYTES];
    Arrays.fill(token, (byte) 7);
    try (Initiator alice =
            new Initiator(
                Pair.ALICE,
                suite,
                Pair.BOB.staticKey(),
                Pair.ALICE_INDEX,
                Pair.TIMESTAMP,
                token,
                null);
        Responder bob = Pair.opened(alice.initiation()).responder()) {
      Introduction introduction = Pair.opened(alice.initiation()).introduction();
      assertThat(introduction.suite()).isEqualTo(suite);
      assertThat(introduction.peerIndex()).isEqualTo(Pair.ALICE_INDEX);
      assertThat(introduction.timestamp()).isEqualTo(Pair.TIMESTAMP);
      assertThat(introduction.staticKey()).isEqualTo(Pair.ALICE.staticKey());
      assertThat(introduction.signingKey()).isEqualTo(Pair.ALICE.signingKey());
      assertThat(introduction.nodeId()).isEqualTo(Pair.ALICE.nodeId());
      assertThat(introduction.token()).isEqualTo(token);
      assertThat(bob.toString()).isEqualTo("Responder[" + suite + "]");
    }
  }

  @ParameterizedTest
  @EnumSource(Refusal.class)
  void carriesARefusal(Refusal reason) {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256);
        Responder bob = Pair.opened(alice.initiation()).responder()) {
      byte[] response = bob.refuse(reason);
      assertThat(response).hasSize(HandshakeWire.RESPONSE_BYTES);
      assertThat(alice.handle(response, response.length)).isEqualTo(new Initiator.Refused(reason));
    }
  }

  @Test
  void derivesOtherKeysInEverySession() {
    byte[] first = sendKeyOfOneSession();
    assertThat(sendKeyOfOneSession()).isNotEqualTo(first);
  }

  private static byte[] sendKeyOfOneSession() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256);
        Responder bob = Pair.opened(alice.initiation()).responder()) {
      return Pair.established(alice, bob.accept(1)).keys().sendKey();
    }
  }

  @Test
  void answersAnInitiationOnce() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256);
        Responder bob = Pair.opened(alice.initiation()).responder()) {
      byte[] _ = bob.accept(1);
      assertThatThrownBy(() -> bob.accept(2)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> bob.refuse(Refusal.BUSY)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void erasesTheKeysOnClose() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256);
        Responder bob = Pair.opened(alice.initiation()).responder()) {
      EpochKeys keys = Pair.established(alice, bob.accept(1)).keys();
      keys.close();
      assertThat(keys.sendKey()).containsOnly(0);
      assertThat(keys.receiveKey()).containsOnly(0);
      assertThat(bob.keys().sendKey()).isNotEqualTo(new byte[32]);
    }
  }
}
