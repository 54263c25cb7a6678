package org.p2pvpn.noise.suite;

import static org.assertj.core.api.Assertions.assertThat;

import com.southernstorm.noise.protocol.DHState;
import com.southernstorm.noise.protocol.Noise;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Wycheproof against the X25519 and Ed25519 we use. */
final class CurveVectors {
  private static final int X25519_VECTORS = 518;
  private static final int REFUSED_X25519_VECTORS = 44;
  private static final int EDDSA_VECTORS = 145;

  /** As we use it: what {@link CurvePoint} refuses never reaches noise-java. */
  @Test
  void passX25519OfNoiseJava() throws Exception {
    int computed = 0;
    int refused = 0;
    for (JsonNode test : tests("x25519_test.json")) {
      byte[] publicKey = Vectors.hex(test, "public");
      if (!CurvePoint.isCanonical(publicKey, 0) || CurvePoint.isLowOrder(publicKey, 0)) {
        assertThat(test.get("result").asString()).isEqualTo("acceptable");
        assertThat(test.get("flags").toString()).containsAnyOf("LowOrder", "NonCanonical");
        refused++;
        continue;
      }
      DHState own = Noise.createDH("25519");
      own.setPrivateKey(Vectors.hex(test, "private"), 0);
      DHState peer = Noise.createDH("25519");
      peer.setPublicKey(publicKey, 0);
      byte[] shared = new byte[32];
      own.calculate(shared, 0, peer);
      assertThat(shared).as("tcId " + test.get("tcId")).isEqualTo(Vectors.hex(test, "shared"));
      assertThat(shared).isNotEqualTo(new byte[32]);
      computed++;
    }
    System.out.println(
        "Wycheproof X25519 vectors passed by noise-java: "
            + (computed + refused)
            + ", of them refused before it: "
            + refused);
    assertThat(computed + refused).isEqualTo(X25519_VECTORS);
    assertThat(refused).isEqualTo(REFUSED_X25519_VECTORS);
  }

  @Test
  void passX25519OfBouncyCastle() {
    int passed = 0;
    for (JsonNode test : tests("x25519_test.json")) {
      byte[] shared = new byte[32];
      boolean contributes =
          X25519.calculateAgreement(
              Vectors.hex(test, "private"), 0, Vectors.hex(test, "public"), 0, shared, 0);
      assertThat(shared).as("tcId " + test.get("tcId")).isEqualTo(Vectors.hex(test, "shared"));
      assertThat(contributes).isEqualTo(!test.get("flags").toString().contains("ZeroSharedSecret"));
      passed++;
    }
    System.out.println("Wycheproof X25519 vectors passed by Bouncy Castle: " + passed);
    assertThat(passed).isEqualTo(X25519_VECTORS);
  }

  @Test
  void passEd25519() {
    int passed = 0;
    for (JsonNode group : Vectors.json("eddsa_test.json").get("testGroups")) {
      byte[] publicKey = Vectors.hex(group.get("key"), "pk");
      for (JsonNode test : group.get("tests")) {
        boolean right =
            SigningKey.verify(publicKey, Vectors.hex(test, "msg"), Vectors.hex(test, "sig"));
        assertThat(right)
            .as("tcId " + test.get("tcId"))
            .isEqualTo(test.get("result").asString().equals("valid"));
        passed++;
      }
    }
    System.out.println("Wycheproof Ed25519 vectors passed: " + passed);
    assertThat(passed).isEqualTo(EDDSA_VECTORS);
  }

  static Iterable<JsonNode> tests(String file) {
    return Vectors.json(file).get("testGroups").get(0).get("tests");
  }
}
