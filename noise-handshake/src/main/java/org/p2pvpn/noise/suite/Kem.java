package org.p2pvpn.noise.suite;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.generators.MLKEMKeyPairGenerator;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMKeyGenerationParameters;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.jspecify.annotations.Nullable;

/**
 * The initiator's ML-KEM-768 key pair of one handshake (FIPS 203).
 *
 * <p>Bouncy Castle's and not the JDK's: both take about 50 us a step, but the JDK speaks X.509 and
 * PKCS#8 only, so its keys would have to be cut out of and pasted into DER, and it reaches them
 * through the provider list, which costs a cold start more than the arithmetic. The two are tested
 * against each other.
 */
public final class Kem implements AutoCloseable {
  /** FIPS 203, table 3. */
  public static final int ENCAPSULATION_KEY_BYTES = 1184;

  /** FIPS 203, table 3. */
  public static final int CIPHERTEXT_BYTES = 1088;

  public static final int SECRET_BYTES = 32;

  private static final MLKEMParameters PARAMETERS = MLKEMParameters.ml_kem_768;

  private final MLKEMPrivateKeyParameters privateKey;

  private Kem(MLKEMPrivateKeyParameters privateKey) {
    this.privateKey = privateKey;
  }

  public static Kem generate(SecureRandom random) {
    MLKEMKeyPairGenerator generator = new MLKEMKeyPairGenerator();
    generator.init(new MLKEMKeyGenerationParameters(random, PARAMETERS));
    return new Kem((MLKEMPrivateKeyParameters) generator.generateKeyPair().getPrivate());
  }

  public byte[] encapsulationKey() {
    return privateKey.getPublicKey();
  }

  /** Never fails: a wrong ciphertext gives a secret nobody else has (FIPS 203, section 6.3). */
  public byte[] decapsulate(byte[] ciphertext) {
    return new MLKEMExtractor(privateKey).extractSecret(ciphertext);
  }

  /** What the responder answers with; null when the key fails FIPS 203's input check (7.2). */
  public static @Nullable Encapsulation encapsulate(byte[] encapsulationKey, SecureRandom random) {
    try {
      SecretWithEncapsulation made =
          new MLKEMGenerator(random)
              .generateEncapsulated(new MLKEMPublicKeyParameters(PARAMETERS, encapsulationKey));
      return new Encapsulation(made.getEncapsulation(), made.getSecret());
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  @Override
  public void close() {
    privateKey.destroy();
  }

  @Override
  public String toString() {
    return "Kem";
  }

  /** A ciphertext and the secret in it. */
  public static final class Encapsulation implements AutoCloseable {
    private final byte[] ciphertext;
    private final byte[] secret;

    private Encapsulation(byte[] ciphertext, byte[] secret) {
      this.ciphertext = ciphertext;
      this.secret = secret;
    }

    public byte[] ciphertext() {
      return ciphertext;
    }

    public byte[] secret() {
      return secret;
    }

    @Override
    public void close() {
      Arrays.fill(secret, (byte) 0);
    }
  }
}
