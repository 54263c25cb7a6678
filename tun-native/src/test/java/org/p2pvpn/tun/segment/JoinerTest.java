package org.p2pvpn.tun.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.VirtioHeader;

class JoinerTest {
  private final RecordingSink sink = new RecordingSink();
  private final Joiner joiner = new Joiner(TunOffloads.ALL, sink);

  @Test
  void joinsContiguousTcpSegmentsUnderOneHeader() {
    accept(tcp(0));
    accept(tcp(1));
    accept(tcp(2));
    joiner.flush();
    byte[] expected =
        PacketBuilder.tcp4().id(7).sequence(0).payload(new byte[3000]).buildSuper(1000);
    assertThat(sink.written).containsExactly(expected);
  }

  @Test
  void aSmallerSegmentIsTheLast() {
    accept(tcp(0));
    accept(PacketBuilder.tcp4().id(8).sequence(1000).payload(new byte[400]));
    assertThat(sink.written).hasSize(1);
    assertThat(sink.packet(0)).hasSize(1440);
  }

  @Test
  void aLargerSegmentBeginsAnotherSuperPacket() {
    accept(PacketBuilder.tcp4().id(7).sequence(0).payload(new byte[400]));
    accept(PacketBuilder.tcp4().id(8).sequence(400).payload(new byte[401]));
    joiner.flush();
    assertThat(sink.written).hasSize(2);
  }

  @Test
  void pshAndFinEndASuperPacketAndStayInIt() {
    accept(tcp(0));
    accept(tcp(1).flags(0x19));
    assertThat(sink.written).hasSize(1);
    assertThat(sink.packet(0)[33]).isEqualTo((byte) 0x19);
    assertThat(sink.gsoType(0)).isEqualTo(VirtioHeader.GSO_TCPV4);
  }

  @Test
  void aFirstPacketWithPshIsWrittenAtOnce() {
    assertThat(accept(tcp(0).flags(0x18))).isEqualTo(JoinVerdict.WRITTEN);
  }

  @Test
  void cwrMayOnlyBeTheFirstPackets() {
    accept(tcp(0).flags(0x90));
    accept(tcp(1));
    accept(tcp(2).flags(0x90));
    joiner.flush();
    assertThat(sink.written).hasSize(2);
    assertThat(sink.gsoType(0)).isEqualTo(VirtioHeader.GSO_TCPV4 | VirtioHeader.GSO_ECN);
    assertThat(sink.gsoType(1)).isEqualTo(VirtioHeader.GSO_NONE);
  }

  @Test
  void synRstUrgAndPureAcknowledgementsGoSingly() {
    for (int flags : new int[] {0x12, 0x14, 0x30}) {
      assertThat(accept(tcp(0).flags(flags))).isEqualTo(JoinVerdict.WRITTEN);
    }
    assertThat(accept(tcp(0).payload(new byte[0]))).isEqualTo(JoinVerdict.WRITTEN);
  }

  @Test
  void aPacketThatCannotJoinPushesItsFlowOutFirst() {
    accept(tcp(0));
    accept(tcp(1));
    accept(tcp(2).payload(new byte[0]));
    assertThat(sink.written).hasSize(2);
    assertThat(sink.packet(0)).hasSize(2040);
    assertThat(sink.packet(1)).hasSize(40);
  }

  @Test
  void whatDiffersFromTheFirstPacketIsNotJoined() {
    assertSeparate(p -> p.trafficClass(1));
    assertSeparate(p -> p.hops(63));
    assertSeparate(p -> p.window(501));
    assertSeparate(p -> p.acknowledgement(78));
    assertSeparate(p -> p.flags(0x50));
    assertSeparate(p -> p.sequence(1001));
    assertSeparate(p -> p.sequence(999));
    assertSeparate(p -> p.id(9));
    assertSeparate(p -> p.fragmentField(0));
    assertSeparate(p -> p.fromPort(40001));
    assertSeparate(p -> p.tcpOptions((byte) 1, (byte) 1, (byte) 1, (byte) 1));
    assertSeparate(p -> p.ipv4Options((byte) 1, (byte) 1, (byte) 1, (byte) 1));
  }

  private void assertSeparate(UnaryOperator<PacketBuilder> difference) {
    sink.written.clear();
    accept(tcp(0));
    accept(difference.apply(tcp(1)));
    joiner.flush();
    assertThat(sink.written).hasSize(2);
    assertThat(sink.gsoType(0)).isZero();
  }

  @Test
  void ipv6NeedsTheSameFlowLabelAndExtensionHeaders() {
    byte[] pad = {0, 0, 1, 4, 0, 0, 0, 0};
    byte[] otherPad = {0, 0, 1, 4, 1, 0, 0, 0};
    accept(PacketBuilder.tcp6().sequence(0).extension(60, pad).payload(new byte[500]));
    accept(PacketBuilder.tcp6().sequence(500).extension(60, pad).payload(new byte[500]));
    accept(PacketBuilder.tcp6().sequence(1000).extension(60, otherPad).payload(new byte[500]));
    accept(PacketBuilder.tcp6().sequence(1500).flowLabel(1).extension(60, otherPad).payload(500));
    joiner.flush();
    assertThat(sink.written).hasSize(3);
    assertThat(sink.gsoType(0)).isEqualTo(VirtioHeader.GSO_TCPV6);
  }

  @Test
  void anIdMayStandStillWhenFragmentingIsForbidden() {
    accept(tcp(0));
    accept(tcp(1).id(7));
    accept(tcp(2).id(7));
    joiner.flush();
    assertThat(sink.written).hasSize(1);
    accept(tcp(0).fragmentField(0));
    accept(tcp(1).fragmentField(0).id(7));
    joiner.flush();
    assertThat(sink.written).hasSize(3);
  }

  @Test
  void anIdThatBeganToStandStillMayNotGoOn() {
    accept(tcp(0));
    accept(tcp(1).id(7));
    accept(tcp(2).id(9));
    joiner.flush();
    assertThat(sink.written).hasSize(2);
  }

  @Test
  void joinsDatagramsOfEqualSizeAndOneSmaller() {
    accept(PacketBuilder.udp6().payload(1200));
    accept(PacketBuilder.udp6().payload(1200));
    accept(PacketBuilder.udp6().payload(1));
    assertThat(sink.written).hasSize(1);
    assertThat(sink.gsoType(0)).isEqualTo(VirtioHeader.GSO_UDP_L4);
    assertThat(sink.gsoSize(0)).isEqualTo(1200);
    assertThat(sink.packet(0)).hasSize(2449);
  }

  @Test
  void joinsNoMoreThan64Datagrams() {
    for (int i = 0; i < 65; i++) {
      accept(PacketBuilder.udp4().id(i).payload(100));
    }
    assertThat(sink.written).hasSize(1);
    assertThat(sink.packet(0)).hasSize(28 + 6400);
  }

  @Test
  void aDatagramWithoutChecksumGoesSingly() {
    byte[] packet = PacketBuilder.udp4().payload(100).build();
    ByteBuffer.wrap(packet).putShort(26, (short) 0);
    assertThat(joiner.accept(packet, 0, packet.length, false)).isEqualTo(JoinVerdict.WRITTEN);
    assertThat(sink.packet(0)).isEqualTo(packet);
  }

  @Test
  void neverHidesAWrongChecksumInASuperPacket() {
    accept(tcp(0));
    byte[] spoiled = tcp(1).build();
    spoiled[100] ^= 1;
    assertThat(joiner.accept(spoiled, 0, spoiled.length, false)).isEqualTo(JoinVerdict.WRITTEN);
    byte[] spoiledHeader = tcp(2).build();
    spoiledHeader[10] ^= 1;
    joiner.accept(spoiledHeader, 0, spoiledHeader.length, false);
    assertThat(sink.flags(0)).isZero();
    assertThat(sink.packet(1)).isEqualTo(spoiled);
    assertThat(sink.flags(1)).isZero();
    assertThat(sink.packet(2)).isEqualTo(spoiledHeader);
  }

  @Test
  void aSuperPacketStaysWithin65535Bytes() {
    for (int i = 0; i < 60; i++) {
      accept(PacketBuilder.tcp4().id(i).sequence(i * 1400).payload(new byte[1400]));
    }
    joiner.flush();
    assertThat(sink.written).hasSize(2);
    assertThat(sink.packet(0)).hasSize(40 + 46 * 1400);
  }

  @Test
  void theNinthFlowPushesTheOldestOut() {
    for (int i = 0; i <= Joiner.FLOWS_MAX; i++) {
      accept(tcp(0).fromPort(5000 + i));
    }
    assertThat(sink.written).hasSize(1);
    assertThat(ByteBuffer.wrap(sink.packet(0)).getShort(20)).isEqualTo((short) 5000);
    joiner.flush();
    assertThat(sink.written).hasSize(Joiner.FLOWS_MAX + 1);
  }

  @Test
  void aPartialPacketGetsOffsetsAndPseudoSumOfOurs() {
    PacketBuilder builder = PacketBuilder.udp4().payload(10);
    byte[] packet = builder.buildPartial();
    ByteBuffer.wrap(packet).putShort(26, (short) 0x6666);
    joiner.accept(packet, 0, packet.length, true);
    joiner.flush();
    assertThat(sink.written).containsExactly(builder.buildSingle(true));
  }

  @Test
  void refusesAPartialChecksumOfWhatIsNoWholeTcpOrUdp() {
    byte[] fragment = PacketBuilder.udp4().fragmentField(0x2000).payload(100).buildPartial();
    byte[] icmp = PacketBuilder.udp4().payload(100).buildPartial();
    icmp[9] = 1;
    byte[] wrongUdpLength = PacketBuilder.udp4().payload(100).buildPartial();
    wrongUdpLength[25]++;
    for (byte[] packet : new byte[][] {fragment, icmp, wrongUdpLength}) {
      assertThat(joiner.accept(packet, 0, packet.length, true))
          .isEqualTo(JoinVerdict.PARTIAL_NOT_TCP_OR_UDP);
      assertThat(joiner.accept(packet, 0, packet.length, false)).isEqualTo(JoinVerdict.WRITTEN);
    }
  }

  @Test
  void dropsNonsense() {
    byte[] packet = tcp(0).build();
    assertThat(joiner.accept(packet, 0, 19, false)).isEqualTo(JoinVerdict.TOO_SHORT);
    assertThat(joiner.accept(packet, 0, 0, false)).isEqualTo(JoinVerdict.TOO_SHORT);
    assertThat(joiner.accept(packet, 0, 39, false)).isEqualTo(JoinVerdict.LENGTH_MISMATCH);
    assertThat(joiner.accept(new byte[60], 0, 60, false)).isEqualTo(JoinVerdict.BAD_VERSION);
    assertThat(sink.written).isEmpty();
  }

  @Test
  void withoutOffloadsNothingIsJoinedAndChecksumsAreCompleted() {
    Joiner plain = new Joiner(TunOffloads.NONE, sink);
    for (int i = 0; i < 2; i++) {
      byte[] packet = tcp(i).buildPartial();
      assertThat(plain.accept(packet, 0, packet.length, true)).isEqualTo(JoinVerdict.WRITTEN);
      assertThat(sink.written.get(i)).isEqualTo(tcp(i).buildSingle(false));
    }
  }

  @Test
  void withoutUdpSegmentationOnlyTcpIsJoined() {
    Joiner noUso = new Joiner(TunOffloads.ALL.withoutUso("test"), sink);
    byte[] datagram = PacketBuilder.udp4().payload(10).build();
    assertThat(noUso.accept(datagram, 0, datagram.length, false)).isEqualTo(JoinVerdict.WRITTEN);
    byte[] segment = tcp(0).build();
    assertThat(noUso.accept(segment, 0, segment.length, false)).isEqualTo(JoinVerdict.HELD);
  }

  /** The i-th of a row of segments that may all be joined. */
  private static PacketBuilder tcp(int i) {
    return PacketBuilder.tcp4().id(7 + i).sequence(i * 1000).payload(new byte[1000]);
  }

  private JoinVerdict accept(PacketBuilder builder) {
    byte[] packet = builder.build();
    byte[] padded = new byte[packet.length + 7];
    System.arraycopy(packet, 0, padded, 3, packet.length);
    return joiner.accept(padded, 3, packet.length, false);
  }
}
