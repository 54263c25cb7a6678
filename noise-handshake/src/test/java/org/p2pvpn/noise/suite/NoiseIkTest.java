package org.p2pvpn.noise.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NoiseIkTest {
  private static final String AES = "Noise_IK_25519_AESGCM_SHA256";
  private static final String CHACHA = "Noise_IK_25519_ChaChaPoly_BLAKE2s";
  private static final byte[] PROLOGUE = "prologue".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PAYLOAD_1 = "first".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PAYLOAD_2 = "second".getBytes(StandardCharsets.US_ASCII);

  /** One below the nonce of Noise's REKEY; see NoiseIk. */
  private static final long DATA_KEY_NONCE = -2L;

  /** The other implementation is itself right: published vectors up to and after the split. */
  @Test
  void isComparedWithSomethingThatPassesThePublishedVectors() throws Exception {
    int passed = 0;
    for (Map<String, String> vector : Vectors.blocks("noise.txt")) {
      String protocol = vector.getOrDefault("handshake", "");
      if (!protocol.equals(AES) && !protocol.equals(CHACHA)) {
        continue;
      }
      byte[] s = Vectors.hex(vector, "init_static");
      byte[] e = Vectors.hex(vector, "gen_init_ephemeral");
      byte[] rs = IndependentIk.publicKey(Vectors.hex(vector, "resp_static"));
      byte[] prologue = Vectors.hex(vector.getOrDefault("prologue", ""));
      IndependentIk ik = new IndependentIk(protocol, prologue, rs);
      assertThat(ik.writeMessage1(e, s, rs, Vectors.hex(vector, "msg_0_payload")))
          .isEqualTo(Vectors.hex(vector, "msg_0_ciphertext"));
      assertThat(ik.readMessage2(Vectors.hex(vector, "msg_1_ciphertext"), e, s))
          .isEqualTo(Vectors.hex(vector, "msg_1_payload"));
      byte[][] keys = ik.split(new byte[0]);
      assertThat(ik.seal(keys[0], 0, new byte[0], Vectors.hex(vector, "msg_2_payload")))
          .isEqualTo(Vectors.hex(vector, "msg_2_ciphertext"));
      assertThat(ik.seal(keys[1], 0, new byte[0], Vectors.hex(vector, "msg_3_payload")))
          .isEqualTo(Vectors.hex(vector, "msg_3_ciphertext"));
      passed++;
    }
    System.out.println("Noise IK vectors passed by the independent implementation: " + passed);
    assertThat(passed).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(strings = {AES, CHACHA})
  void derivesTheInitiatorsDataKeysAsAnIndependentComputationDoes(String protocol)
      throws Exception {
    byte[] responderPrivate = random();
    byte[] responderEphemeral = random();
    byte[] secondary = random();
    byte[] rs = IndependentIk.publicKey(responderPrivate);
    try (StaticKey local = StaticKey.generate();
        StaticKey ephemeral = StaticKey.generate();
        NoiseIk noise = NoiseIk.initiator(protocol, PROLOGUE, local, rs, ephemeral)) {
      IndependentIk peer = new IndependentIk(protocol, PROLOGUE, rs);
      byte[] message1 = new byte[NoiseIk.MESSAGE_1_OVERHEAD_BYTES + PAYLOAD_1.length];
      assertThat(noise.write(message1, 0, PAYLOAD_1)).isEqualTo(message1.length);
      assertThat(peer.readMessage1(message1, responderPrivate))
          .isEqualTo(IndependentIk.concat(local.publicKey(), PAYLOAD_1));
      byte[] message2 =
          peer.writeMessage2(
              responderEphemeral, Arrays.copyOf(message1, 32), local.publicKey(), PAYLOAD_2);
      byte[] payload = new byte[PAYLOAD_2.length];
      assertThat(noise.read(message2, 0, message2.length, payload)).isTrue();
      assertThat(payload).isEqualTo(PAYLOAD_2);
      byte[] sendKey = new byte[32];
      byte[] receiveKey = new byte[32];
      noise.split(secondary, sendKey, receiveKey);
      byte[][] keys = peer.split(secondary);
      assertThat(sendKey).isEqualTo(dataKey(peer, keys[0]));
      assertThat(receiveKey).isEqualTo(dataKey(peer, keys[1]));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {AES, CHACHA})
  void derivesTheRespondersDataKeysAsAnIndependentComputationDoes(String protocol)
      throws Exception {
    byte[] s = random();
    byte[] e = random();
    byte[] secondary = random();
    try (StaticKey local = StaticKey.generate();
        NoiseIk noise = NoiseIk.responder(protocol, PROLOGUE, local)) {
      byte[] rs = local.publicKey();
      IndependentIk peer = new IndependentIk(protocol, PROLOGUE, rs);
      byte[] message1 = peer.writeMessage1(e, s, rs, PAYLOAD_1);
      byte[] payload = new byte[PAYLOAD_1.length];
      assertThat(noise.read(message1, 0, message1.length, payload)).isTrue();
      assertThat(noise.remoteStatic()).isEqualTo(IndependentIk.publicKey(s));
      byte[] message2 = new byte[NoiseIk.MESSAGE_2_OVERHEAD_BYTES + PAYLOAD_2.length];
      assertThat(noise.write(message2, 0, PAYLOAD_2)).isEqualTo(message2.length);
      assertThat(peer.readMessage2(message2, e, s)).isEqualTo(PAYLOAD_2);
      byte[] sendKey = new byte[32];
      byte[] receiveKey = new byte[32];
      noise.split(secondary, sendKey, receiveKey);
      byte[][] keys = peer.split(secondary);
      assertThat(receiveKey).isEqualTo(dataKey(peer, keys[0]));
      assertThat(sendKey).isEqualTo(dataKey(peer, keys[1]));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {AES, CHACHA})
  void derivesOtherKeysFromAnotherSecondaryKey(String protocol) throws Exception {
    byte[] rs = IndependentIk.publicKey(random());
    IndependentIk ik = new IndependentIk(protocol, PROLOGUE, rs);
    byte[][] with = ik.split(random());
    assertThat(ik.split(new byte[0])[0]).isNotEqualTo(with[0]);
    assertThat(ik.split(random())[0]).isNotEqualTo(with[0]);
  }

  private static byte[] dataKey(IndependentIk cipher, byte[] key) throws Exception {
    return Arrays.copyOf(cipher.seal(key, DATA_KEY_NONCE, new byte[0], new byte[32]), 32);
  }

  private static byte[] random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }
}
