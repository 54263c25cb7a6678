package org.p2pvpn.tun.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitterTest {
  private static final byte[] NOPS = {1, 1, 1, 1};
  private static final byte[] PAD_8 = {0, 0, 1, 4, 0, 0, 0, 0};

  @Test
  void cutsTcpWithSequenceIdAndLengthsOfEachSegment() {
    PacketBuilder whole = PacketBuilder.tcp4().payload(2500).id(0xffff).sequence(-700);
    List<byte[]> segments = Splits.split(whole.buildSuper(1000), 1500, false);
    assertThat(segments).extracting(s -> s.length).containsExactly(1040, 1040, 540);
    assertThat(segments).extracting(s -> shortAt(s, 2)).containsExactly(1040, 1040, 540);
    assertThat(segments).extracting(s -> shortAt(s, 4)).containsExactly(0xffff, 0, 1);
    assertThat(segments)
        .extracting(s -> ByteBuffer.wrap(s).getInt(24))
        .containsExactly(-700, 300, 1300);
  }

  @Test
  void keepsFinAndPshForTheLastSegmentAndCwrForTheFirst() {
    List<byte[]> segments =
        Splits.split(PacketBuilder.tcp4().flags(0xd9).payload(300).buildSuper(100), 1500, false);
    assertThat(segments).extracting(s -> s[33] & 0xff).containsExactly(0xd0, 0x50, 0x59);
  }

  @Test
  void aSuperPacketOfOneSegmentKeepsAllItsFlags() {
    List<byte[]> segments =
        Splits.split(PacketBuilder.tcp6().flags(0x99).payload(50).buildSuper(100), 1500, false);
    assertThat(segments).extracting(s -> s[53] & 0xff).containsExactly(0x99);
  }

  @Test
  void cutsUdpIntoDatagramsOfTheirOwnLength() {
    List<byte[]> segments =
        Splits.split(PacketBuilder.udp6().payload(2401).buildSuper(1200), 1500, false);
    assertThat(segments).extracting(s -> shortAt(s, 44)).containsExactly(1208, 1208, 9);
    assertThat(segments).extracting(s -> shortAt(s, 4)).containsExactly(1208, 1208, 9);
  }

  @Test
  void leavesTheSumOfThePseudoHeaderInAPartialChecksum() {
    PacketBuilder whole = PacketBuilder.tcp6().payload(1999);
    for (byte[] segment : Splits.split(whole.buildSuper(1000), 1500, false)) {
      assertThat(shortAt(segment, 56)).isEqualTo(SlowChecksum.pseudo(segment, 40, 6));
    }
  }

  @Test
  void makesThePseudoSumItselfWhenTheKernelLeftNone() {
    PacketBuilder whole = PacketBuilder.tcp4().payload(1999);
    byte[] noSum = whole.withHeader(whole.build(), 0, 1, 40, 1000);
    assertThat(Splits.split(noSum, 1500, true))
        .allMatch(segment -> SlowChecksum.holds(segment, 20, 6));
  }

  @Test
  void walksIpv4OptionsAndTcpOptions() {
    PacketBuilder whole = PacketBuilder.tcp4().ipv4Options(NOPS).tcpOptions(NOPS).payload(2500);
    List<byte[]> segments = Splits.split(whole.buildSuper(1000), 1500, true);
    assertThat(segments).extracting(s -> s.length).containsExactly(1048, 1048, 548);
    assertThat(segments).allMatch(segment -> SlowChecksum.holds(segment, 24, 6));
  }

  @Test
  void walksIpv6ExtensionHeaders() {
    for (int extension : new int[] {0, 60, 43}) {
      PacketBuilder whole = PacketBuilder.udp6().extension(extension, PAD_8.clone()).payload(2500);
      if (extension == 43) {
        whole.extension(43, new byte[] {0, 0, 4, 0, 0, 0, 0, 0});
      }
      assertThat(Splits.split(whole.buildSuper(1000), 1500, true))
          .hasSize(3)
          .allMatch(segment -> SlowChecksum.holds(segment, 48, 17));
    }
  }

  @Test
  void trustsTheKernelsSumWhenARoutingHeaderHidesTheDestination() {
    PacketBuilder whole =
        PacketBuilder.tcp6().extension(43, new byte[] {0, 0, 4, 1, 0, 0, 0, 0}).payload(1500);
    byte[] superPacket = whole.buildSuper(1000);
    int field = 10 + 48 + 16;
    int other = (shortAt(superPacket, field) + 5) % 0xffff;
    ByteBuffer.wrap(superPacket).putShort(field, (short) other);
    List<byte[]> segments = Splits.split(superPacket, 1500, false);
    assertThat(segments)
        .allMatch(s -> (shortAt(s, 64) - SlowChecksum.pseudo(s, 48, 6) + 0xffff) % 0xffff == 5);
  }

  @Test
  void copiesAPacketThatIsNoSuperPacketAsItIs() {
    for (boolean partial : new boolean[] {true, false}) {
      byte[] single = PacketBuilder.udp4().payload(700).buildSingle(partial);
      Splitter splitter = new Splitter();
      splitter.begin(PacketBuilder.inBuffer(single), 0, single.length, 1500);
      assertThat(splitter.checksumPartial()).isEqualTo(partial);
      assertThat(Splits.split(single, 1500, false).getFirst())
          .isEqualTo(java.util.Arrays.copyOfRange(single, 10, single.length));
    }
  }

  @Test
  void completesAChecksumThatIsNotTheOutermostOne() {
    // IP in IP, the inner packet's checksum left to us.
    PacketBuilder inner = PacketBuilder.tcp4().payload(100);
    byte[] outer = new byte[20 + inner.buildPartial().length];
    byte[] frame = PacketBuilder.tcp4().build();
    System.arraycopy(frame, 0, outer, 0, 20);
    ByteBuffer.wrap(outer).putShort(2, (short) outer.length).put(9, (byte) 4);
    System.arraycopy(inner.buildPartial(), 0, outer, 20, outer.length - 20);
    byte[] single = inner.withHeader(outer, 1, 0, 0, 0);
    ByteBuffer.wrap(single).order(java.nio.ByteOrder.nativeOrder()).putShort(6, (short) 40);
    byte[] segment = Splits.split(single, 1500, false).getFirst();
    assertThat(java.util.Arrays.copyOfRange(segment, 20, segment.length)).isEqualTo(inner.build());
  }

  @Test
  void completesTheChecksumOfEverySegment() {
    PacketBuilder whole = PacketBuilder.udp4().payload(4001);
    assertThat(Splits.split(whole.buildSuper(999), 1500, true))
        .hasSize(5)
        .allMatch(segment -> SlowChecksum.holds(segment, 20, 17));
  }

  @Test
  void writesNothingOutsideTheSegmentsOwnRange() {
    byte[] superPacket = PacketBuilder.tcp4().payload(2500).buildSuper(1000);
    Splitter splitter = new Splitter();
    splitter.begin(PacketBuilder.inBuffer(superPacket), 0, superPacket.length, 1500);
    byte[] target = new byte[3000];
    int length = splitter.copySegment(1, target, 100);
    for (int i = 0; i < target.length; i++) {
      assertThat(target[i] == 0 || (i >= 100 && i < 100 + length)).isTrue();
    }
  }

  @Test
  void refusesNonsense() {
    PacketBuilder tcp = PacketBuilder.tcp4().payload(2500);
    byte[] packet = tcp.buildPartial();
    assertThat(Splits.verdict(new byte[29], 1500)).isEqualTo(SplitVerdict.TOO_SHORT);
    assertThat(Splits.verdict(new byte[60], 1500)).isEqualTo(SplitVerdict.BAD_VERSION);
    assertThat(Splits.verdict(tcp.withHeader(packet, 1, 1, 40, 0), 1500))
        .isEqualTo(SplitVerdict.GSO_SIZE);
    assertThat(Splits.verdict(tcp.withHeader(packet, 1, 1, 3000, 1000), 1500))
        .isEqualTo(SplitVerdict.HEADER_LENGTH);
    assertThat(Splits.verdict(tcp.withHeader(packet, 1, 1, 40, 1461), 1500))
        .isEqualTo(SplitVerdict.ABOVE_MTU);
    assertThat(Splits.verdict(tcp.buildSingle(true), 1500)).isEqualTo(SplitVerdict.ABOVE_MTU);
    for (int type : new int[] {2, 3, 4, 5, 6, 0x85, 0xff}) {
      assertThat(Splits.verdict(tcp.withHeader(packet, 1, type, 40, 1000), 1500))
          .isEqualTo(SplitVerdict.GSO_TYPE);
    }
    byte[] fragment = tcp.fragmentField(0x2000).buildPartial();
    assertThat(Splits.verdict(tcp.withHeader(fragment, 1, 1, 40, 1000), 1500))
        .isEqualTo(SplitVerdict.GSO_TYPE);
    byte[] longer = java.util.Arrays.copyOf(tcp.buildSuper(1000), 3000);
    assertThat(Splits.verdict(longer, 1500)).isEqualTo(SplitVerdict.LENGTH_MISMATCH);
  }

  @Test
  void refusesChecksumOffsetsOutsideThePacket() {
    byte[] single = PacketBuilder.tcp4().payload(10).buildSingle(true);
    for (int start : new int[] {0, 19, 55, 69, 0xffff}) {
      ByteBuffer.wrap(single).order(java.nio.ByteOrder.nativeOrder()).putShort(6, (short) start);
      assertThat(Splits.verdict(single, 1500)).isEqualTo(SplitVerdict.CHECKSUM_OFFSETS);
    }
    byte[] superPacket = PacketBuilder.tcp4().payload(2500).buildSuper(1000);
    ByteBuffer.wrap(superPacket).order(java.nio.ByteOrder.nativeOrder()).putShort(6, (short) 24);
    assertThat(Splits.verdict(superPacket, 1500)).isEqualTo(SplitVerdict.CHECKSUM_OFFSETS);
  }

  private static int shortAt(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).getShort(at) & 0xffff;
  }
}
