package org.p2pvpn.noise.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Wycheproof against the JDK's ciphers, asked for as the data plane asks for them. A vector that is
 * "acceptable" (a short nonce; we use 12 bytes always) passes when it is refused or right.
 */
final class AeadVectors {
  private static final int AES_GCM_VECTORS = 256;
  private static final int CHACHA20_POLY1305_VECTORS = 300;

  @Test
  void passAesGcmOfTheJdk() {
    int passed = run("aes_gcm_test.json", "AES/GCM/NoPadding", "AES");
    System.out.println("Wycheproof AES-GCM vectors passed: " + passed);
    assertThat(passed).isEqualTo(AES_GCM_VECTORS);
  }

  @Test
  void passChaCha20Poly1305OfTheJdk() {
    int passed = run("chacha20_poly1305_test.json", "ChaCha20-Poly1305", "ChaCha20");
    System.out.println("Wycheproof ChaCha20-Poly1305 vectors passed: " + passed);
    assertThat(passed).isEqualTo(CHACHA20_POLY1305_VECTORS);
  }

  /** The cookie's cipher is Bouncy Castle's, with a zero nonce: the vectors that fit must agree. */
  @Test
  void sealsCookiesAsTheJdkWould() throws GeneralSecurityException {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 3);
    byte[] cookie = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    byte[] associated = {17, 18, 19};
    Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
    cipher.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(new byte[12]));
    cipher.updateAAD(associated);
    byte[] expected = cipher.doFinal(cookie);
    assertThat(SealedBox.seal(key, cookie, associated)).isEqualTo(expected);
    assertThat(SealedBox.open(key, expected, associated)).isEqualTo(cookie);
    expected[0] ^= 1;
    assertThat(SealedBox.open(key, expected, associated)).isNull();
  }

  private static int run(String file, String transformation, String keyAlgorithm) {
    int passed = 0;
    for (JsonNode group : Vectors.json(file).get("testGroups")) {
      for (JsonNode test : group.get("tests")) {
        check(test, transformation, keyAlgorithm);
        passed++;
      }
    }
    return passed;
  }

  private static void check(JsonNode test, String transformation, String keyAlgorithm) {
    String name = transformation + " tcId " + test.get("tcId");
    String result = test.get("result").asString();
    byte[] message = Vectors.hex(test, "msg");
    byte[] sealed = concat(Vectors.hex(test, "ct"), Vectors.hex(test, "tag"));
    try {
      byte[] opened = run(Cipher.DECRYPT_MODE, test, transformation, keyAlgorithm, sealed);
      assertThat(result).as(name).isNotEqualTo("invalid");
      assertThat(opened).as(name).isEqualTo(message);
      assertThat(run(Cipher.ENCRYPT_MODE, test, transformation, keyAlgorithm, message))
          .as(name)
          .isEqualTo(sealed);
    } catch (GeneralSecurityException _) {
      assertThat(result).as(name).isNotEqualTo("valid");
    }
  }

  private static byte[] run(
      int mode, JsonNode test, String transformation, String keyAlgorithm, byte[] input)
      throws GeneralSecurityException {
    byte[] nonce = Vectors.hex(test, "iv");
    AlgorithmParameterSpec parameters =
        keyAlgorithm.equals("AES") ? new GCMParameterSpec(128, nonce) : new IvParameterSpec(nonce);
    Cipher cipher = Cipher.getInstance(transformation);
    cipher.init(mode, new SecretKeySpec(Vectors.hex(test, "key"), keyAlgorithm), parameters);
    cipher.updateAAD(Vectors.hex(test, "aad"));
    return cipher.doFinal(input);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
