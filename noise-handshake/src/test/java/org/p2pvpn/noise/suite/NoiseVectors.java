package org.p2pvpn.noise.suite;

import static org.assertj.core.api.Assertions.assertThat;

import com.southernstorm.noise.protocol.CipherState;
import com.southernstorm.noise.protocol.CipherStatePair;
import com.southernstorm.noise.protocol.DHState;
import com.southernstorm.noise.protocol.HandshakeState;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** noise-java against the published vectors of every base pattern, with the primitives we use. */
final class NoiseVectors {
  private static final int VECTORS = 240;
  private static final int VECTORS_OF_OUR_SUITES = 8;

  @Test
  void passTheBasePatternsWithOurPrimitives() throws Exception {
    Map<String, Integer> passed = new TreeMap<>();
    for (Map<String, String> vector : Vectors.blocks("noise.txt")) {
      run(vector);
      passed.merge(name(vector), 1, Integer::sum);
    }
    int total = passed.values().stream().mapToInt(Integer::intValue).sum();
    int ours =
        passed.getOrDefault("Noise_IK_25519_AESGCM_SHA256", 0)
            + passed.getOrDefault("Noise_IK_25519_ChaChaPoly_BLAKE2s", 0);
    System.out.println("Noise vectors passed: " + total + ", of our two suites: " + ours);
    assertThat(total).isEqualTo(VECTORS);
    assertThat(ours).isEqualTo(VECTORS_OF_OUR_SUITES);
  }

  private static String name(Map<String, String> vector) {
    return vector.getOrDefault("handshake", "");
  }

  private static void run(Map<String, String> vector) throws Exception {
    HandshakeState initiator = start(vector, HandshakeState.INITIATOR);
    HandshakeState responder = start(vector, HandshakeState.RESPONDER);
    HandshakeState writer = initiator;
    HandshakeState reader = responder;
    int message = 0;
    while (initiator.getAction() != HandshakeState.SPLIT) {
      byte[] payload = Vectors.hex(vector, "msg_" + message + "_payload");
      byte[] expected = Vectors.hex(vector, "msg_" + message + "_ciphertext");
      byte[] written = new byte[expected.length];
      assertThat(writer.writeMessage(written, 0, payload, 0, payload.length))
          .isEqualTo(expected.length);
      assertThat(written).as(name(vector) + " message " + message).isEqualTo(expected);
      byte[] read = new byte[payload.length];
      assertThat(reader.readMessage(written, 0, written.length, read, 0)).isEqualTo(read.length);
      assertThat(read).isEqualTo(payload);
      HandshakeState next = reader;
      reader = writer;
      writer = next;
      message++;
    }
    CipherStatePair initiators = initiator.split();
    CipherStatePair responders = responder.split();
    transport(vector, message, initiators.getSender(), responders.getReceiver());
    transport(vector, message + 1, responders.getSender(), initiators.getReceiver());
  }

  private static void transport(
      Map<String, String> vector, int message, CipherState sender, CipherState receiver)
      throws Exception {
    byte[] payload = Vectors.hex(vector, "msg_" + message + "_payload");
    byte[] expected = Vectors.hex(vector, "msg_" + message + "_ciphertext");
    byte[] sealed = new byte[expected.length];
    int length = sender.encryptWithAd(null, payload, 0, sealed, 0, payload.length);
    assertThat(Arrays.copyOf(sealed, length)).as(name(vector)).isEqualTo(expected);
    byte[] opened = new byte[payload.length];
    assertThat(receiver.decryptWithAd(null, sealed, 0, opened, 0, length)).isEqualTo(opened.length);
    assertThat(opened).isEqualTo(payload);
  }

  private static HandshakeState start(Map<String, String> vector, int role) throws Exception {
    boolean initiates = role == HandshakeState.INITIATOR;
    HandshakeState handshake = new HandshakeState(name(vector), role);
    byte[] prologue = Vectors.hex(vector.getOrDefault("prologue", ""));
    handshake.setPrologue(prologue, 0, prologue.length);
    if (handshake.needsLocalKeyPair()) {
      handshake
          .getLocalKeyPair()
          .setPrivateKey(Vectors.hex(vector, initiates ? "init_static" : "resp_static"), 0);
    }
    if (handshake.needsRemotePublicKey()) {
      setPublic(
          handshake.getRemotePublicKey(), vector.get(initiates ? "resp_static" : "init_static"));
    }
    DHState ephemeral = handshake.getFixedEphemeralKey();
    if (ephemeral != null) {
      ephemeral.setPrivateKey(
          Vectors.hex(vector, initiates ? "gen_init_ephemeral" : "gen_resp_ephemeral"), 0);
    }
    handshake.start();
    return handshake;
  }

  /** The vectors name private keys only; a pattern that sends the key does not need it before. */
  private static void setPublic(DHState key, @Nullable String privateKey) {
    if (privateKey != null) {
      try (StaticKey pair = StaticKey.ofPrivate(Vectors.hex(privateKey))) {
        key.setPublicKey(pair.publicKey(), 0);
      }
    }
  }
}
