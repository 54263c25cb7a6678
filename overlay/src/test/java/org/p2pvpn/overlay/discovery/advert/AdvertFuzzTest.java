package org.p2pvpn.overlay.discovery.advert;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import org.p2pvpn.overlay.identity.NodeId;

/** Any bytes of a peer's are an outcome, never an exception, and cost no more than their budget. */
final class AdvertFuzzTest {
  private static final NodeId SELF = NodeId.ofBytes(new byte[32]);

  /** The parsers, as far as they go without a signature. */
  @FuzzTest(maxDuration = "60s")
  void anyBytesAreAnOutcome(byte[] input) {
    AdvertCounters counters = new AdvertCounters();
    AdvertCheck check =
        new AdvertCheck(AdvertRules.INTERNET, new AdvertBook(SELF), new VerifyBudget(0), counters);
    check.take(input, SELF, null, Sample.MOMENT);
    check.take(AdvertCodecSeeds.enveloped(input), SELF, null, Sample.MOMENT);
    Advert read = AdvertCheck.read(AdvertCodecSeeds.enveloped(input));
    if (read != null) {
      byte[] again = AdvertCodecSeeds.enveloped(AdvertCodec.body(read));
      if (!read.equals(AdvertCheck.read(again))) {
        throw new AssertionError("what was read is written and read again the same");
      }
    }
  }

  @FuzzTest(maxDuration = "30s")
  void anyFileIsABookOrNone(byte[] input) {
    AdvertFile.decode(input);
    byte[] summed = Arrays.copyOf(input, input.length + 32);
    System.arraycopy(AdvertCodecSeeds.sha256(input), 0, summed, input.length, 32);
    AdvertFile.decode(summed);
  }
}
