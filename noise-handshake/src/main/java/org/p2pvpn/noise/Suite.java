package org.p2pvpn.noise;

import org.jspecify.annotations.Nullable;

/** The two cipher suites: AES where the CPU has it, ChaCha20 elsewhere. The initiator chooses. */
public enum Suite {
  AESGCM_SHA256(1, "Noise_IK_25519_AESGCM_SHA256"),
  CHACHAPOLY_BLAKE2S(2, "Noise_IK_25519_ChaChaPoly_BLAKE2s");

  private static final Suite[] ALL = values();

  private final byte wireByte;
  private final String protocolName;

  Suite(int wireByte, String protocolName) {
    this.wireByte = (byte) wireByte;
    this.protocolName = protocolName;
  }

  /** What stands in a handshake datagram's third byte. */
  public byte wireByte() {
    return wireByte;
  }

  /** Noise's name for it, which is hashed into the handshake. */
  public String protocolName() {
    return protocolName;
  }

  /** Null for a byte that is no suite of this version. */
  public static @Nullable Suite ofWireByte(byte wireByte) {
    for (Suite suite : ALL) {
      if (suite.wireByte == wireByte) {
        return suite;
      }
    }
    return null;
  }
}
