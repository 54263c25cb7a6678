package org.p2pvpn.overlay.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class IpHeaderTest {
  private static final byte[] IPV4 = Packets.ipv4(0xF000_0001, 0xF000_0002, new byte[10]);
  private static final byte[] IPV6 = Packets.ipv6(1, 2, 3, 4, new byte[10]);

  @Test
  void takesWholePacketsOfBothFamilies() {
    assertThat(IpHeader.isWhole(IPV4, 0, IPV4.length)).isTrue();
    assertThat(IpHeader.isWhole(IPV6, 0, IPV6.length)).isTrue();
  }

  @Test
  void refusesEachShorterAndALongerLength() {
    for (int length = 0; length < IPV4.length; length++) {
      assertThat(IpHeader.isWhole(Arrays.copyOf(IPV4, length), 0, length)).isFalse();
    }
    for (int length = 0; length < IPV6.length; length++) {
      assertThat(IpHeader.isWhole(Arrays.copyOf(IPV6, length), 0, length)).isFalse();
    }
    assertThat(IpHeader.isWhole(Arrays.copyOf(IPV4, 99), 0, 99)).isFalse();
    assertThat(IpHeader.isWhole(Arrays.copyOf(IPV6, 99), 0, 99)).isFalse();
  }

  @Test
  void refusesAnIpv4HeaderThatEndsBehindItsPacket() {
    byte[] packet = Packets.ipv4(1, 2, new byte[0]);
    packet[0] = 0x48; // 32 bytes of header in 28 of packet
    assertThat(IpHeader.isWhole(packet, 0, packet.length)).isFalse();
    packet[0] = 0x44; // 16 bytes: less than any header has
    assertThat(IpHeader.isWhole(packet, 0, packet.length)).isFalse();
  }

  @Test
  void refusesEveryOtherVersion() {
    for (int version = 0; version < 16; version++) {
      byte[] packet = IPV6.clone();
      packet[0] = (byte) (version << 4);
      assertThat(IpHeader.isWhole(packet, 0, packet.length)).isEqualTo(version == 6);
    }
  }

  @Test
  void readsAddressesBehindAnOffset() {
    byte[] shifted = new byte[5 + IPV6.length];
    System.arraycopy(IPV6, 0, shifted, 5, IPV6.length);
    assertThat(IpHeader.ipv6SourceHigh(shifted, 5)).isEqualTo(1);
    assertThat(IpHeader.ipv6SourceLow(shifted, 5)).isEqualTo(2);
    assertThat(IpHeader.ipv6DestinationHigh(shifted, 5)).isEqualTo(3);
    assertThat(IpHeader.ipv6DestinationLow(shifted, 5)).isEqualTo(4);
    assertThat(IpHeader.ipv4Source(IPV4, 0)).isEqualTo(0xF000_0001);
    assertThat(IpHeader.ipv4Destination(IPV4, 0)).isEqualTo(0xF000_0002);
  }
}
