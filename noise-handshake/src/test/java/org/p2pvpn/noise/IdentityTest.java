package org.p2pvpn.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;

final class IdentityTest {
  private static final byte[] SEED = new byte[Identity.SEED_BYTES];

  static {
    Arrays.fill(SEED, (byte) 1);
  }

  @Test
  void derivesBothKeysAsTheJdksHkdfDoes() throws Exception {
    byte[] signing = new byte[32];
    Ed25519.generatePublicKey(hkdf("p2pvpn identity ed25519 1"), 0, signing, 0);
    byte[] noise = new byte[32];
    X25519.scalarMultBase(hkdf("p2pvpn identity x25519 1"), 0, noise, 0);
    assertThat(Pair.ALICE.signingKey()).isEqualTo(signing);
    assertThat(Pair.ALICE.staticKey()).isEqualTo(noise);
  }

  private static byte[] hkdf(String label) throws Exception {
    return KDF.getInstance("HKDF-SHA256")
        .deriveData(
            HKDFParameterSpec.ofExtract()
                .addIKM(new SecretKeySpec(SEED, "Generic"))
                .thenExpand(label.getBytes(StandardCharsets.US_ASCII), 32));
  }

  @Test
  void hasTheHashOfItsSigningKeyAsNodeId() throws Exception {
    assertThat(Pair.ALICE.nodeId())
        .isEqualTo(MessageDigest.getInstance("SHA-256").digest(Pair.ALICE.signingKey()));
  }

  @Test
  void bindsItsTwoKeysToEachOther() {
    byte[] signingKey = Pair.ALICE.signingKey();
    byte[] staticKey = Pair.ALICE.staticKey();
    byte[] binding = Pair.ALICE.binding();
    assertThat(Identity.verifyBinding(signingKey, staticKey, binding)).isTrue();
    assertThat(Identity.verifyBinding(signingKey, Pair.BOB.staticKey(), binding)).isFalse();
    assertThat(Identity.verifyBinding(Pair.BOB.signingKey(), staticKey, binding)).isFalse();
    assertThat(Identity.verifyBinding(signingKey, staticKey, Pair.BOB.binding())).isFalse();
  }

  @Test
  void refusesKeysAndSignaturesOfAnyOtherLength() {
    byte[] binding = Pair.ALICE.binding();
    for (int length = 0; length < 70; length++) {
      byte[] any = new byte[length];
      assertThat(Identity.verifyBinding(any, Pair.ALICE.staticKey(), binding)).isFalse();
      assertThat(Identity.verifyBinding(Pair.ALICE.signingKey(), any, binding)).isFalse();
      assertThat(Identity.verifyBinding(Pair.ALICE.signingKey(), Pair.ALICE.staticKey(), any))
          .isFalse();
    }
  }

  @Test
  void signsMessages() {
    byte[] message = "hello".getBytes(StandardCharsets.US_ASCII);
    byte[] signature = Pair.ALICE.sign(message);
    assertThat(Identity.verify(Pair.ALICE.signingKey(), message, signature)).isTrue();
    message[0] ^= 1;
    assertThat(Identity.verify(Pair.ALICE.signingKey(), message, signature)).isFalse();
  }

  @Test
  void showsNoKey() {
    assertThat(Pair.ALICE.toString())
        .isEqualTo("Identity")
        .doesNotContain(HexFormat.of().formatHex(SEED));
    EpochKeys keys = new EpochKeys(Suite.AESGCM_SHA256, new byte[32], new byte[32]);
    assertThat(keys.toString()).isEqualTo("EpochKeys[AESGCM_SHA256]");
  }

  @Test
  void signsDifferentlyOnceItIsClosed() {
    Identity identity = Pair.identity(1);
    identity.close();
    byte[] message = {1};
    assertThat(Identity.verify(identity.signingKey(), message, identity.sign(message))).isFalse();
  }
}
