package org.p2pvpn.overlay.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p2pvpn.overlay.dataplane.TwoNodes.ALICE;
import static org.p2pvpn.overlay.dataplane.TwoNodes.BOB;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.packet.Packets;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.VirtioHeader;
import org.p2pvpn.tun.segment.SplitVerdict;
import org.p2pvpn.tun.segment.Splitter;

/** What senders of too large packets are told, byte by byte. */
final class PacketTooBigTest {
  private static final int MTU = 1407;
  private static final int FITS = 1339;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int MULTICAST = 0xE000_0005;
  private static final byte[] PAYLOAD = new byte[1350];

  private final List<byte[]> written = new ArrayList<>();
  private final PacketTooBig tooBig =
      new PacketTooBig(
          (buffer, at, length) -> {
            byte[] packet = new byte[length];
            buffer.bytes().get(at, packet);
            written.add(packet);
          });
  private final Splitter splitter = new Splitter();
  private final long now = System.nanoTime();

  static {
    Arrays.fill(PAYLOAD, (byte) 0xA7);
  }

  private boolean answer(byte[] onTun, int fits, long nowNanos) {
    TunBuffer buffer = TunBuffer.allocate(65_536);
    buffer.bytes().put(0, onTun);
    assertThat(splitter.begin(buffer, 0, onTun.length, MTU)).isEqualTo(SplitVerdict.PASSED);
    return tooBig.answer(buffer, splitter, fits, nowNanos);
  }

  private boolean answer(byte[] packet) {
    return answer(Packets.onTun(packet), FITS, now);
  }

  private ByteBuffer told() {
    assertThat(written).hasSize(1);
    byte[] onTun = written.getFirst();
    assertThat(Arrays.copyOf(onTun, VirtioHeader.BYTES)).containsOnly(0);
    return ByteBuffer.wrap(onTun, VirtioHeader.BYTES, onTun.length - VirtioHeader.BYTES).slice();
  }

  private static byte[] bytes(ByteBuffer buffer, int at, int length) {
    byte[] bytes = new byte[length];
    buffer.get(at, bytes);
    return bytes;
  }

  /** RFC 1071, word by word: over what is right it is all ones. */
  private static int sum(ByteBuffer buffer, int at, int length, int first) {
    long sum = first;
    for (int i = at; i < at + length; i += 2) {
      int low = i + 1 < at + length ? buffer.get(i + 1) & 0xff : 0;
      sum += (buffer.get(i) & 0xff) << 8 | low;
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (int) sum;
  }

  @Test
  void anIpv4SenderIsToldThatFragmentationIsNeeded() {
    byte[] packet = Packets.ipv4(ALICE, BOB, PAYLOAD);
    assertThat(answer(packet)).isTrue();
    ByteBuffer told = told();
    assertThat(told.limit()).as("RFC 1812: 576 bytes in all").isEqualTo(576);
    assertThat(told.getInt(0)).isEqualTo(0x4500_0000 | 576);
    assertThat(told.get(9)).isEqualTo((byte) ICMP);
    assertThat(told.getInt(12)).as("from").isEqualTo(BOB.ipv4());
    assertThat(told.getInt(16)).as("to").isEqualTo(ALICE.ipv4());
    assertThat(sum(told, 0, 20, 0)).as("header checksum").isEqualTo(0xffff);
    assertThat(told.get(20)).as("type").isEqualTo((byte) 3);
    assertThat(told.get(21)).as("code").isEqualTo((byte) 4);
    assertThat(told.getInt(24)).as("unused, next-hop MTU").isEqualTo(FITS);
    assertThat(sum(told, 20, 556, 0)).as("ICMP checksum").isEqualTo(0xffff);
    assertThat(bytes(told, 28, 548)).isEqualTo(Arrays.copyOf(packet, 548));
  }

  @Test
  void anIpv6SenderIsToldThatThePacketIsTooBig() {
    byte[] packet = Packets.ipv6(ALICE, BOB, PAYLOAD);
    assertThat(answer(Packets.onTun(packet), 1300, now)).isTrue();
    ByteBuffer told = told();
    assertThat(told.limit()).as("RFC 4443: the minimum MTU").isEqualTo(1280);
    assertThat(told.get(0)).isEqualTo((byte) 0x60);
    assertThat(told.getShort(4)).isEqualTo((short) 1240);
    assertThat(told.get(6)).isEqualTo((byte) ICMPV6);
    assertThat(bytes(told, 8, 16)).as("from").isEqualTo(Arrays.copyOfRange(packet, 24, 40));
    assertThat(bytes(told, 24, 16)).as("to").isEqualTo(Arrays.copyOfRange(packet, 8, 24));
    assertThat(told.get(40)).as("type").isEqualTo((byte) 2);
    assertThat(told.get(41)).as("code").isZero();
    assertThat(told.getInt(44)).as("MTU").isEqualTo(1300);
    int pseudo = sum(told, 8, 32, 1240 + ICMPV6);
    assertThat(sum(told, 40, 1240, pseudo)).as("checksum").isEqualTo(0xffff);
    assertThat(bytes(told, 48, 1232)).isEqualTo(Arrays.copyOf(packet, 1232));
  }

  @Test
  void ofASuperPacketTheFirstSegmentIsQuoted() {
    byte[] packet = Packets.ipv4(ALICE, BOB, new byte[5000]);
    assertThat(answer(Packets.superOnTun(packet, 1360), FITS, now)).isTrue();
    ByteBuffer told = told();
    assertThat(told.getShort(28 + 2)).as("its total length").isEqualTo((short) 1388);
    assertThat(sum(told, 28, 20, 0)).as("its header checksum").isEqualTo(0xffff);
    assertThat(sum(told, 20, 556, 0)).isEqualTo(0xffff);
  }

  @Test
  void whatMayBeCutGoes() {
    byte[] packet = Packets.ipv4(ALICE, BOB, PAYLOAD);
    packet[6] = 0;
    assertThat(answer(packet)).isFalse();
    assertThat(written).isEmpty();
  }

  @Test
  void noLinkIsSaidToBeNarrowerThanItMay() {
    assertThat(answer(Packets.onTun(Packets.ipv6(ALICE, BOB, new byte[1232])), 1199, now))
        .as("1280 bytes")
        .isFalse();
    assertThat(answer(Packets.onTun(Packets.ipv4(ALICE, BOB, new byte[548])), 400, now))
        .as("576 bytes")
        .isFalse();
    assertThat(answer(Packets.onTun(Packets.ipv6(ALICE, BOB, PAYLOAD)), 1199, now)).isTrue();
    assertThat(told().getInt(44)).isEqualTo(1280);
  }

  @Test
  void nobodyIsToldOfErrorsLaterFragmentsOrWhatWentToMany() {
    byte[] error = Packets.ipv4(ALICE, BOB, PAYLOAD);
    error[9] = ICMP;
    error[20] = 3;
    assertThat(answer(error)).isFalse();
    byte[] fragment = Packets.ipv4(ALICE, BOB, PAYLOAD);
    fragment[7] = 100;
    assertThat(answer(fragment)).isFalse();
    assertThat(answer(Packets.ipv4(ALICE.ipv4(), MULTICAST, PAYLOAD))).isFalse();
    byte[] error6 = Packets.ipv6(ALICE, BOB, PAYLOAD);
    error6[6] = ICMPV6;
    error6[40] = 1;
    assertThat(answer(error6)).isFalse();
    byte[] multicast6 = Packets.ipv6(ALICE, BOB, PAYLOAD);
    multicast6[24] = (byte) 0xFF;
    assertThat(answer(multicast6)).isFalse();
    assertThat(written).isEmpty();
  }

  @Test
  void anEchoIsAnswered() {
    byte[] echo = Packets.ipv4(ALICE, BOB, PAYLOAD);
    echo[9] = ICMP;
    echo[20] = 8;
    assertThat(answer(echo)).isTrue();
  }

  @Test
  void whoDoesNotListenIsToldFiftyTimesAtOnceAndThenAThousandTimesASecond() {
    byte[] onTun = Packets.onTun(Packets.ipv4(ALICE, BOB, PAYLOAD));
    for (int i = 0; i < 500; i++) {
      assertThat(answer(onTun, FITS, now)).as("never sent on").isTrue();
    }
    assertThat(written).hasSize(50);
    for (int i = 0; i < 500; i++) {
      answer(onTun, FITS, now + 10_000_000);
    }
    assertThat(written).hasSize(60);
  }
}
