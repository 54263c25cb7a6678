package org.p2pvpn.tun.segment;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import org.p2pvpn.tun.TunBuffer;

/** Any bytes from the device: an answer, no exception, and nothing written beside a segment. */
class SplitterFuzzTest {
  private static final int MTU = 1500;
  private static final int MARGIN = 32;
  private static final byte CANARY = 0x5a;

  private final Splitter splitter = new Splitter();

  @FuzzTest
  void anyBytesAreSplitOrRefused(byte[] input) {
    if (input.length > 0x10000) {
      return;
    }
    TunBuffer source = PacketBuilder.inBuffer(input);
    splitter.begin(source, 0, input.length, MTU);
    correctLength(source, input.length);
    SplitVerdict verdict = splitter.begin(source, 0, input.length, MTU);
    if ((verdict == SplitVerdict.PASSED) != (splitter.segments() > 0)) {
      throw new AssertionError(verdict + " with " + splitter.segments() + " segments");
    }
    byte[] target = new byte[MTU + 2 * MARGIN];
    for (int i = 0; i < splitter.segments(); i++) {
      Arrays.fill(target, CANARY);
      int length = splitter.copySegment(i, target, MARGIN);
      if (length != splitter.segmentLength(i) || length > MTU) {
        throw new AssertionError("segment " + i + " has " + length + " bytes");
      }
      splitter.completeChecksum(target, MARGIN, length);
      for (int j = 0; j < target.length; j++) {
        if ((j < MARGIN || j >= MARGIN + length) && target[j] != CANARY) {
          throw new AssertionError("wrote at " + (j - MARGIN) + " of " + length);
        }
      }
    }
  }

  /** Lets the fuzzer reach what is behind the length check. */
  static void correctLength(TunBuffer source, int length) {
    int version = length > 14 ? (source.bytes().get(10) & 0xff) >>> 4 : 0;
    if (version == 4) {
      source.bytes().putShort(12, (short) (length - 10));
    } else if (version == 6 && length >= 50) {
      source.bytes().putShort(14, (short) (length - 50));
    }
  }
}
