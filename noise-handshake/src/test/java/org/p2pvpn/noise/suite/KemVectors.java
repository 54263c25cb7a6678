package org.p2pvpn.noise.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import javax.crypto.KEM;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.junit.jupiter.api.Test;

/** ML-KEM-768 against NIST's vectors and against the JDK's. */
final class KemVectors {
  private static final int NIST_VECTORS = 60;
  private static final int INVALID_KEYS = 100;

  /** SubjectPublicKeyInfo's bytes before the raw key, for the object id of ML-KEM-768. */
  private static final byte[] X509_PREFIX =
      HexFormat.of().parseHex("308204b2300b0609608648016503040402038204a100");

  private static final MLKEMParameters PARAMETERS = MLKEMParameters.ml_kem_768;
  private static final SecureRandom RANDOM = new SecureRandom();

  @Test
  void passNistsVectors() {
    int passed = 0;
    for (Map<String, String> vector : Vectors.blocks("ml_kem_768.txt")) {
      switch (vector.getOrDefault("type", "")) {
        case "keyGen" -> keyGen(vector);
        case "encapsulate" -> encapsulate(vector);
        case "decapsulate" -> decapsulate(vector);
        default -> throw new AssertionError(vector.get("type"));
      }
      passed++;
    }
    System.out.println("NIST ML-KEM-768 vectors passed: " + passed);
    assertThat(passed).isEqualTo(NIST_VECTORS);
  }

  private static void keyGen(Map<String, String> vector) {
    MLKEMPrivateKeyParameters key =
        new MLKEMPrivateKeyParameters(PARAMETERS, Vectors.hex(vector, "seed"));
    assertThat(key.getPublicKey()).isEqualTo(Vectors.hex(vector, "encapsulationKey"));
    assertThat(key.withPreferredFormat(MLKEMPrivateKeyParameters.EXPANDED_KEY).getEncoded())
        .isEqualTo(Vectors.hex(vector, "decapsulationKey"));
  }

  private static void encapsulate(Map<String, String> vector) {
    SecretWithEncapsulation made =
        MLKEMGenerator.internalGenerateEncapsulated(
            new MLKEMPublicKeyParameters(PARAMETERS, Vectors.hex(vector, "encapsulationKey")),
            Vectors.hex(vector, "entropy"));
    assertThat(made.getEncapsulation()).isEqualTo(Vectors.hex(vector, "ciphertext"));
    assertThat(made.getSecret()).isEqualTo(Vectors.hex(vector, "secret"));
  }

  private static void decapsulate(Map<String, String> vector) {
    MLKEMPrivateKeyParameters key =
        new MLKEMPrivateKeyParameters(PARAMETERS, Vectors.hex(vector, "decapsulationKey"));
    assertThat(new MLKEMExtractor(key).extractSecret(Vectors.hex(vector, "ciphertext")))
        .isEqualTo(Vectors.hex(vector, "secret"));
  }

  @Test
  void refuseKeysThatFailTheInputCheck() {
    int refused = 0;
    for (String line : Vectors.text("ml_kem_768_invalid_keys.txt").lines().toList()) {
      assertThat(Kem.encapsulate(Vectors.hex(line), RANDOM)).isNull();
      refused++;
    }
    System.out.println("invalid ML-KEM-768 keys refused: " + refused);
    assertThat(refused).isEqualTo(INVALID_KEYS);
  }

  @Test
  void decapsulateWhatTheJdkEncapsulated() throws Exception {
    try (Kem ours = Kem.generate(RANDOM)) {
      KEM.Encapsulated theirs =
          KEM.getInstance("ML-KEM").newEncapsulator(jdkKey(ours.encapsulationKey())).encapsulate();
      assertThat(theirs.encapsulation()).hasSize(Kem.CIPHERTEXT_BYTES);
      assertThat(ours.decapsulate(theirs.encapsulation())).isEqualTo(theirs.key().getEncoded());
    }
  }

  @Test
  void encapsulateToAKeyOfTheJdk() throws Exception {
    KeyPair theirs = KeyPairGenerator.getInstance("ML-KEM-768").generateKeyPair();
    byte[] encoded = theirs.getPublic().getEncoded();
    assertThat(Arrays.copyOf(encoded, X509_PREFIX.length)).isEqualTo(X509_PREFIX);
    byte[] raw = Arrays.copyOfRange(encoded, X509_PREFIX.length, encoded.length);
    assertThat(raw).hasSize(Kem.ENCAPSULATION_KEY_BYTES);
    try (Kem.Encapsulation ours = Objects.requireNonNull(Kem.encapsulate(raw, RANDOM))) {
      byte[] secret =
          KEM.getInstance("ML-KEM")
              .newDecapsulator(theirs.getPrivate())
              .decapsulate(ours.ciphertext())
              .getEncoded();
      assertThat(secret).isEqualTo(ours.secret());
    }
  }

  @Test
  void giveAnotherSecretForADamagedCiphertext() {
    try (Kem kem = Kem.generate(RANDOM);
        Kem.Encapsulation made =
            Objects.requireNonNull(Kem.encapsulate(kem.encapsulationKey(), RANDOM))) {
      byte[] damaged = made.ciphertext().clone();
      damaged[17] ^= 1;
      assertThat(kem.decapsulate(damaged)).hasSize(32).isNotEqualTo(made.secret());
      assertThat(kem.decapsulate(made.ciphertext())).isEqualTo(made.secret());
    }
  }

  private static PublicKey jdkKey(byte[] raw) throws Exception {
    byte[] encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + raw.length);
    System.arraycopy(raw, 0, encoded, X509_PREFIX.length, raw.length);
    return KeyFactory.getInstance("ML-KEM").generatePublic(new X509EncodedKeySpec(encoded));
  }
}
