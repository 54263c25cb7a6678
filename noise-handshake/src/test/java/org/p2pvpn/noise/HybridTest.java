package org.p2pvpn.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.p2pvpn.noise.suite.Kem;
import org.p2pvpn.noise.suite.NoiseIk;
import org.p2pvpn.noise.suite.StaticKey;

/**
 * A peer that is right in everything but the post-quantum part, made with the true static key: what
 * a downgrade would look like.
 */
final class HybridTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Of an initiation with sender index 0. */
  private static final byte[] HEADER = {
    HandshakeWire.TYPE_INITIATION, HandshakeWire.VERSION, 1, 0, 0, 0, 0, 0
  };

  @Test
  void takesAZeroKemKeyWhichFips203Allows() {
    assertThat(Pair.open(initiation(new byte[Kem.ENCAPSULATION_KEY_BYTES], Pair.ALICE.binding())))
        .as("zero passes FIPS 203's input check, and hurts only its sender")
        .isInstanceOf(Responder.Opened.class);
  }

  @Test
  void refusesAKemKeyThatFailsTheInputCheck() {
    byte[] tooLarge = new byte[Kem.ENCAPSULATION_KEY_BYTES];
    Arrays.fill(tooLarge, (byte) 0xff);
    assertThat(Pair.open(initiation(tooLarge, Pair.ALICE.binding())))
        .isEqualTo(HandshakeVerdict.INVALID_KEM_KEY);
  }

  @Test
  void refusesABindingThatIsNotTheSigningKeys() {
    try (Kem kem = Kem.generate(RANDOM)) {
      byte[] forged = Pair.ALICE.binding();
      forged[5] ^= 1;
      assertThat(Pair.open(initiation(kem.encapsulationKey(), forged)))
          .isEqualTo(HandshakeVerdict.WRONG_BINDING);
      assertThat(Pair.open(initiation(kem.encapsulationKey(), Pair.BOB.binding())))
          .isEqualTo(HandshakeVerdict.WRONG_BINDING);
    }
  }

  @Test
  void refusesAnInitiationWithoutTheKemKey() {
    byte[] stripped = new byte[HandshakeWire.INITIATION_BYTES - Kem.ENCAPSULATION_KEY_BYTES];
    stripped[HandshakeWire.TYPE_AT] = HandshakeWire.TYPE_INITIATION;
    stripped[HandshakeWire.VERSION_AT] = HandshakeWire.VERSION;
    stripped[HandshakeWire.SUITE_AT] = Suite.AESGCM_SHA256.wireByte();
    new Macs(Pair.BOB.staticKey()).writeMac1(stripped);
    assertThat(Pair.open(stripped)).isEqualTo(HandshakeVerdict.WRONG_SIZE);
  }

  /** The Noise part alone, classically right, gives nobody the keys. */
  @Test
  void derivesOtherKeysWithoutTheKemSecret() {
    byte[] zeroKey = new byte[Kem.ENCAPSULATION_KEY_BYTES];
    try (StaticKey ephemeral = StaticKey.generate();
        NoiseIk noise =
            NoiseIk.initiator(
                Suite.AESGCM_SHA256.protocolName(),
                HandshakeWire.prologue(HEADER, null),
                Pair.ALICE.noiseKey(),
                Pair.BOB.staticKey(),
                ephemeral)) {
      byte[] initiation = initiation(noise, zeroKey, Pair.ALICE.binding());
      try (Responder bob = Pair.opened(initiation).responder()) {
        byte[] response = bob.accept(1);
        byte[] payload = new byte[HandshakeWire.RESPONSE_PAYLOAD_BYTES];
        assertThat(
                noise.read(
                    response,
                    HandshakeWire.RESPONSE_NOISE_AT,
                    HandshakeWire.RESPONSE_NOISE_BYTES,
                    payload))
            .isTrue();
        byte[] sendKey = new byte[32];
        byte[] receiveKey = new byte[32];
        noise.split(new byte[Kem.SECRET_BYTES], sendKey, receiveKey);
        assertThat(sendKey).isNotEqualTo(bob.keys().receiveKey());
        assertThat(receiveKey).isNotEqualTo(bob.keys().sendKey());
      }
    }
  }

  private static byte[] initiation(byte[] kemKey, byte[] binding) {
    try (StaticKey ephemeral = StaticKey.generate();
        NoiseIk noise =
            NoiseIk.initiator(
                Suite.AESGCM_SHA256.protocolName(),
                HandshakeWire.prologue(HEADER, null),
                Pair.ALICE.noiseKey(),
                Pair.BOB.staticKey(),
                ephemeral)) {
      return initiation(noise, kemKey, binding);
    }
  }

  private static byte[] initiation(NoiseIk noise, byte[] kemKey, byte[] binding) {
    byte[] payload = new byte[HandshakeWire.INITIATION_PAYLOAD_BYTES];
    System.arraycopy(kemKey, 0, payload, HandshakeWire.KEM_KEY_AT, kemKey.length);
    System.arraycopy(Pair.ALICE.signingKey(), 0, payload, HandshakeWire.SIGNING_KEY_AT, 32);
    System.arraycopy(binding, 0, payload, HandshakeWire.BINDING_AT, binding.length);
    byte[] initiation = new byte[HandshakeWire.INITIATION_BYTES];
    HandshakeWire.putHeader(
        initiation, HandshakeWire.TYPE_INITIATION, Suite.AESGCM_SHA256.wireByte());
    assertThat(noise.write(initiation, HandshakeWire.INITIATION_NOISE_AT, payload))
        .isEqualTo(HandshakeWire.INITIATION_NOISE_BYTES);
    new Macs(Pair.BOB.staticKey()).writeMac1(initiation);
    return initiation;
  }
}
