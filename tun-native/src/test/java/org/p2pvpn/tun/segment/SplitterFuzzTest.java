package org.p2pvpn.tun.segment;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import org.p2pvpn.tun.TunBuffer;

/** Any bytes from the device: an answer, no exception, and nothing written beside a segment. */
class SplitterFuzzTest {
  private static final int MTU = 1500;
  private static final int MARGIN = 32;
  private static final byte CANARY = 0x5a;

  private static final int SEGMENTS_CHECKED = 20;

  private final Splitter splitter = new Splitter();
  private final byte[] clean = new byte[MTU + 2 * MARGIN];
  private final byte[] target = new byte[clean.length];
  private final TunBuffer source = TunBuffer.allocate(0x10000);

  SplitterFuzzTest() {
    Arrays.fill(clean, CANARY);
  }

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
    int step = Math.max(1, splitter.segments() / SEGMENTS_CHECKED);
    for (int i = splitter.segments() - 1; i >= 0; i -= step) {
      System.arraycopy(clean, 0, target, 0, clean.length);
      int length = splitter.copySegment(i, target, MARGIN);
      if (length != splitter.segmentLength(i) || length > MTU) {
        throw new AssertionError("segment " + i + " has " + length + " bytes");
      }
      splitter.completeChecksum(target, MARGIN, length);
      int end = MARGIN + length;
      // Not byte by byte: the fuzzer counts each turn of a loop of ours.
      if (!Arrays.equals(target, 0, MARGIN, clean, 0, MARGIN)
          || !Arrays.equals(target, end, target.length, clean, end, clean.length)) {
        throw new AssertionError("wrote beside segment " + i + " of " + length + " bytes");
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
