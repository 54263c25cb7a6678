package org.p2pvpn.overlay.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.p2pvpn.noise.Suite;

/** Which cipher suite this machine asks for: AES where the processor has it, else ChaCha20. */
final class Suites {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Suites() {}

  /** {@code wanted}: {@code auto}, {@code aesgcm} or {@code chachapoly}. */
  static Suite choose(String wanted) {
    return switch (wanted) {
      case "aesgcm" -> Suite.AESGCM_SHA256;
      case "chachapoly" -> Suite.CHACHAPOLY_BLAKE2S;
      default -> hasAes() ? Suite.AESGCM_SHA256 : Suite.CHACHAPOLY_BLAKE2S;
    };
  }

  /** x86 calls it "flags", ARM "Features"; both say "aes". */
  private static boolean hasAes() {
    try {
      return Files.readString(CPU_INFO).contains(" aes");
    } catch (IOException _) {
      return false;
    }
  }
}
