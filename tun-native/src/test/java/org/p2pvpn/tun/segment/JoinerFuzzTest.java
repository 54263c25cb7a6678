package org.p2pvpn.tun.segment;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.VirtioHeader;

/**
 * Any packets from a peer, as (flags, length, bytes) one after the other: an answer, no exception,
 * the input untouched, and what reaches the device can be split again.
 */
class JoinerFuzzTest {
  private final Splitter splitter = new Splitter();
  private final Joiner joiner = new Joiner(TunOffloads.ALL, this::check);
  private final Joiner plain = new Joiner(TunOffloads.NONE, this::check);

  @FuzzTest
  void anyPacketsAreJoinedOrRefused(byte[] input) {
    if (input.length > 0x10000) {
      return;
    }
    byte[] packets = input.clone();
    int at = 0;
    while (at + 3 <= packets.length) {
      int flags = packets[at];
      int length = Math.min(Fields.getShort(packets, at + 1), packets.length - at - 3);
      at += 3;
      if ((flags & 2) != 0) {
        correctLength(packets, at, length);
      }
      byte[] before = packets.clone();
      joiner.accept(packets, at, length, (flags & 1) != 0);
      plain.accept(packets, at, length, (flags & 1) != 0);
      if (!Arrays.equals(before, packets)) {
        throw new AssertionError("the input was changed");
      }
      at += length;
    }
    joiner.flush();
    plain.flush();
  }

  private static void correctLength(byte[] packets, int at, int length) {
    int version = length >= 20 ? (packets[at] & 0xff) >>> 4 : 0;
    if (version == 4) {
      Fields.putShort(packets, at + 2, length);
    } else if (version == 6 && length >= 40) {
      Fields.putShort(packets, at + 4, length - 40);
    }
  }

  private void check(TunBuffer buffer, int at, int length) {
    SplitVerdict verdict = splitter.begin(buffer, at, length, 0x10000 + 40);
    boolean superPacket = VirtioHeader.gsoType(buffer.bytes(), at) != VirtioHeader.GSO_NONE;
    if (verdict != SplitVerdict.PASSED || superPacket != splitter.segments() > 1) {
      throw new AssertionError(verdict + " with " + splitter.segments() + " segments");
    }
  }
}
