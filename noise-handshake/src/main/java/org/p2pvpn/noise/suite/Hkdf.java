package org.p2pvpn.noise.suite;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/** HKDF-SHA-256 (RFC 5869) without salt: several keys from one seed, told apart by a label. */
public final class Hkdf {
  private Hkdf() {}

  public static byte[] derive(byte[] seed, String label, int lengthBytes) {
    HKDFBytesGenerator generator = new HKDFBytesGenerator(new SHA256Digest());
    generator.init(new HKDFParameters(seed, null, label.getBytes(StandardCharsets.US_ASCII)));
    byte[] key = new byte[lengthBytes];
    generator.generateBytes(key, 0, lengthBytes);
    return key;
  }
}
