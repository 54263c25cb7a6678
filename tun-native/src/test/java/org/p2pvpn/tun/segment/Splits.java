package org.p2pvpn.tun.segment;

import java.util.ArrayList;
import java.util.List;
import org.p2pvpn.tun.TunBuffer;

/** Splits whole super-packets into arrays, for tests. */
public final class Splits {
  private Splits() {}

  static SplitVerdict verdict(byte[] superPacket, int mtuBytes) {
    return new Splitter()
        .begin(PacketBuilder.inBuffer(superPacket), 0, superPacket.length, mtuBytes);
  }

  public static List<byte[]> split(byte[] superPacket, int mtuBytes, boolean complete) {
    Splitter splitter = new Splitter();
    TunBuffer buffer = PacketBuilder.inBuffer(superPacket);
    SplitVerdict verdict = splitter.begin(buffer, 0, superPacket.length, mtuBytes);
    if (verdict != SplitVerdict.PASSED) {
      throw new AssertionError(verdict);
    }
    List<byte[]> segments = new ArrayList<>();
    for (int i = 0; i < splitter.segments(); i++) {
      byte[] segment = new byte[splitter.segmentLength(i)];
      if (splitter.copySegment(i, segment, 0) != segment.length) {
        throw new AssertionError("segment " + i + " has another length than announced");
      }
      if (complete && splitter.checksumPartial()) {
        splitter.completeChecksum(segment, 0, segment.length);
      }
      segments.add(segment);
    }
    return segments;
  }
}
