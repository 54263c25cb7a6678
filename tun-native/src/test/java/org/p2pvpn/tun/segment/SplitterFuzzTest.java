package org.p2pvpn.tun.segment;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import org.p2pvpn.tun.TunBuffer;

/** Any bytes from the device: an answer, no exception, and nothing written beside a segment. */
class SplitterFuzzTest {
  private static final int MTU = 1500;
  private static final int MARGIN = 32;
  private static final byte CANARY = 0x5a;

  private static final int SEGMENTS_CHECKED = 100;

  private final Splitter splitter = new Splitter();
  private final TunBuffer source = TunBuffer.allocate(0x10000);

  @FuzzTest
  void anyBytesAreSplitOrRefused(byte[] input) {
    if (input.length > 0x10000) {
      return;
    }
    // At the buffer's end, so that reading too far throws.
    int at = source.capacity() - input.length;
    source.bytes().put(at, input);
    splitter.begin(source, at, input.length, MTU);
    correctLength(at, input.length);
    SplitVerdict verdict = splitter.begin(source, at, input.length, MTU);
    if ((verdict == SplitVerdict.PASSED) != (splitter.segments() > 0)) {
      throw new AssertionError(verdict + " with " + splitter.segments() + " segments");
    }
    byte[] target = new byte[MTU + 2 * MARGIN];
    int step = Math.max(1, splitter.segments() / SEGMENTS_CHECKED);
    for (int i = splitter.segments() - 1; i >= 0; i -= step) {
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
  private void correctLength(int at, int length) {
    int version = length > 14 ? (source.bytes().get(at + 10) & 0xff) >>> 4 : 0;
    if (version == 4) {
      source.bytes().putShort(at + 12, (short) (length - 10));
    } else if (version == 6 && length >= 50) {
      source.bytes().putShort(at + 14, (short) (length - 50));
    }
  }
}
