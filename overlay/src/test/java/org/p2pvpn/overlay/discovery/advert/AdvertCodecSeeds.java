package org.p2pvpn.overlay.discovery.advert;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Wraps a fuzzer's bytes so that they get past the first door. */
final class AdvertCodecSeeds {
  private AdvertCodecSeeds() {}

  static byte[] enveloped(byte[] body) {
    return AdvertCodec.envelope(ByteString.copyFrom(body), ByteString.copyFrom(new byte[64]));
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
