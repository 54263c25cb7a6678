package org.p2pvpn.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an attacker on the path may do to the two messages. */
final class ForgeryTest {
  private static final int MAC2_AT = HandshakeWire.INITIATION_BYTES - HandshakeWire.MAC_BYTES;

  @ParameterizedTest
  @EnumSource(Suite.class)
  void refusesAnInitiationWithAnyByteFlipped(Suite suite) {
    try (Initiator alice = Pair.initiator(suite)) {
      byte[] initiation = alice.initiation();
      for (int i = 0; i < MAC2_AT; i++) {
        byte[] forged = initiation.clone();
        forged[i] ^= 0x04;
        assertThat(Pair.open(forged)).as("byte " + i).isInstanceOf(HandshakeVerdict.class);
      }
    }
  }

  /** mac1's key is public, so whoever flips a byte can set it right. */
  @ParameterizedTest
  @EnumSource(Suite.class)
  void refusesAnInitiationWithAnyByteFlippedUnderARightMac(Suite suite) {
    Macs bobsMacs = new Macs(Pair.BOB.staticKey());
    try (Initiator alice = Pair.initiator(suite)) {
      byte[] initiation = alice.initiation();
      int step = 1;
      for (int i = HandshakeWire.SENDER_INDEX_AT;
          i < MAC2_AT - HandshakeWire.MAC_BYTES;
          i += step) {
        byte[] forged = initiation.clone();
        forged[i] ^= 0x20;
        bobsMacs.writeMac1(forged);
        assertThat(Pair.open(forged)).as("byte " + i).isInstanceOf(HandshakeVerdict.class);
        step = i < 100 ? 1 : 37; // the payload is one AEAD: a sample of its bytes will do
      }
    }
  }

  @Test
  void refusesAnInitiationThatPretendsToAnotherSuite() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256)) {
      byte[] forged = alice.initiation();
      forged[HandshakeWire.SUITE_AT] = Suite.CHACHAPOLY_BLAKE2S.wireByte();
      new Macs(Pair.BOB.staticKey()).writeMac1(forged);
      assertThat(Pair.open(forged)).isEqualTo(HandshakeVerdict.NOT_AUTHENTIC);
    }
  }

  @Test
  void refusesAnInitiationOfAnyOtherLength() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256)) {
      byte[] initiation = Arrays.copyOf(alice.initiation(), 2000);
      for (int length = 0; length <= initiation.length; length++) {
        if (length != HandshakeWire.INITIATION_BYTES) {
          assertThat(Responder.open(Pair.BOB, initiation, length))
              .as("length " + length)
              .isEqualTo(HandshakeVerdict.WRONG_SIZE);
        }
      }
      byte[] tooShort = Arrays.copyOf(initiation, 100);
      assertThat(Responder.open(Pair.BOB, tooShort, HandshakeWire.INITIATION_BYTES))
          .isEqualTo(HandshakeVerdict.WRONG_SIZE);
    }
  }

  @Test
  void refusesAnInitiationMadeForAnotherNode() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256);
        Identity carol = Pair.identity(3)) {
      byte[] initiation = alice.initiation();
      assertThat(Responder.open(carol, initiation, initiation.length))
          .isEqualTo(HandshakeVerdict.WRONG_MAC1);
      new Macs(carol.staticKey()).writeMac1(initiation);
      assertThat(Responder.open(carol, initiation, initiation.length))
          .isEqualTo(HandshakeVerdict.NOT_AUTHENTIC);
    }
  }

  @Test
  void refusesAnInitiationFromOurselves() {
    try (Initiator mirror =
        new Initiator(
            Pair.BOB,
            Suite.AESGCM_SHA256,
            Pair.BOB.staticKey(),
            1,
            Pair.TIMESTAMP,
            Pair.NO_TOKEN,
            null)) {
      assertThat(Pair.open(mirror.initiation())).isEqualTo(HandshakeVerdict.FROM_OURSELVES);
    }
  }

  @Test
  void showsTheSameTimestampWhenAnInitiationIsReplayed() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256)) {
      byte[] initiation = alice.initiation();
      assertThat(Pair.opened(initiation).introduction().timestamp())
          .isEqualTo(Pair.opened(initiation).introduction().timestamp())
          .isEqualTo(Pair.TIMESTAMP);
    }
  }

  @ParameterizedTest
  @EnumSource(Suite.class)
  void refusesAResponseWithAnyByteFlippedAndTakesTheRealOne(Suite suite) {
    try (Initiator alice = Pair.initiator(suite);
        Responder bob = Pair.opened(alice.initiation()).responder()) {
      byte[] response = bob.accept(Pair.BOB_INDEX);
      for (int i = 0; i < response.length; i++) {
        byte[] forged = response.clone();
        forged[i] ^= 0x40;
        assertThat(alice.handle(forged, forged.length))
            .as("byte " + i)
            .isInstanceOf(HandshakeVerdict.class);
      }
      Initiator.Established established = Pair.established(alice, response);
      assertThat(established.keys().sendKey()).isEqualTo(bob.keys().receiveKey());
    }
  }

  /** The forger knows alice's static key and saw her index: all but bob's private key. */
  @ParameterizedTest
  @EnumSource(Suite.class)
  void survivesForgedResponsesUnderARightMac(Suite suite) {
    Macs alicesMacs = new Macs(Pair.ALICE.staticKey());
    try (Initiator alice = Pair.initiator(suite);
        Responder bob = Pair.opened(alice.initiation()).responder()) {
      byte[] response = bob.accept(Pair.BOB_INDEX);
      for (int i = HandshakeWire.RESPONSE_NOISE_AT; i < 100; i += 9) {
        byte[] forged = response.clone();
        forged[i] ^= 0x10;
        alicesMacs.writeMac1(forged);
        assertThat(alice.handle(forged, forged.length))
            .as("byte " + i)
            .isEqualTo(HandshakeVerdict.NOT_AUTHENTIC);
      }
      Initiator.Established established = Pair.established(alice, response);
      assertThat(established.keys().sendKey()).isEqualTo(bob.keys().receiveKey());
      assertThat(established.keys().receiveKey()).isEqualTo(bob.keys().sendKey());
    }
  }

  /** Ahead of the real one, by somebody who sees it but cannot hold it back. */
  @Test
  void refusesTheRealResponseUnderAnotherSenderIndexAndThenTakesIt() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256);
        Responder bob = Pair.opened(alice.initiation()).responder()) {
      byte[] response = bob.accept(Pair.BOB_INDEX);
      byte[] forged = response.clone();
      HandshakeWire.putInt(forged, HandshakeWire.SENDER_INDEX_AT, Pair.BOB_INDEX + 1);
      new Macs(Pair.ALICE.staticKey()).writeMac1(forged);
      assertThat(alice.handle(forged, forged.length)).isEqualTo(HandshakeVerdict.WRONG_INDEX);
      assertThat(Pair.established(alice, response).peerIndex()).isEqualTo(Pair.BOB_INDEX);
    }
  }

  @Test
  void refusesAResponseOfAnyOtherLengthAndTakesTheRealOne() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256);
        Responder bob = Pair.opened(alice.initiation()).responder()) {
      byte[] response = bob.accept(1);
      byte[] padded = Arrays.copyOf(response, 2000);
      for (int length = 0; length <= padded.length; length++) {
        if (length != HandshakeWire.RESPONSE_BYTES) {
          assertThat(alice.handle(padded, length)).isEqualTo(HandshakeVerdict.WRONG_SIZE);
        }
      }
      assertThat(alice.handle(new byte[10], HandshakeWire.RESPONSE_BYTES))
          .isEqualTo(HandshakeVerdict.WRONG_SIZE);
      assertThat(Pair.established(alice, response).peerIndex()).isEqualTo(1);
    }
  }

  @Test
  void refusesTheResponseToAnotherInitiation() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256);
        Initiator earlier = Pair.initiator(Suite.AESGCM_SHA256);
        Responder bob = Pair.opened(earlier.initiation()).responder()) {
      byte[] response = bob.accept(1);
      assertThat(alice.handle(response, response.length)).isEqualTo(HandshakeVerdict.NOT_AUTHENTIC);
    }
  }

  @Test
  void takesOneResponseOnly() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256);
        Responder bob = Pair.opened(alice.initiation()).responder()) {
      byte[] response = bob.accept(1);
      assertThat(alice.handle(response, response.length)).isInstanceOf(Initiator.Established.class);
      assertThat(alice.handle(response, response.length))
          .isEqualTo(HandshakeVerdict.ALREADY_ANSWERED);
    }
  }

  @Test
  void saysNothingToAnOtherVersionButTheNotice() {
    try (Initiator alice = Pair.initiator(Suite.AESGCM_SHA256)) {
      byte[] later = alice.initiation();
      later[HandshakeWire.VERSION_AT] = 9;
      Macs bobsMacs = new Macs(Pair.BOB.staticKey());
      bobsMacs.writeMac1(later);
      assertThat(bobsMacs.mac1Valid(later, later.length)).isTrue();
      assertThat(Pair.open(later)).isEqualTo(HandshakeVerdict.OTHER_VERSION);
    }
  }
}
