package org.p2pvpn.overlay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.ControlMessage.Discovery;
import org.p2pvpn.overlay.wire.DiscoveryMessage.Advert;
import org.p2pvpn.overlay.wire.DiscoveryMessage.AdvertWanted;

final class DiscoveryMessageTest {
  private static final NodeId ID = NodeId.parse("0123456789abcdef".repeat(4));

  private static final Map<String, DiscoveryMessage> BYTES =
      Map.of(
          "0010" + "0003" + "010203", new Advert(new byte[] {1, 2, 3}),
          "0011" + "ff" + "00" + "0000" + "00", new AdvertWanted(255, 0, "", List.of()),
          "0011" + "05" + "02" + "5345" + "01" + ID, new AdvertWanted(5, 2, "SE", List.of(ID)));

  private static @Nullable ControlMessage read(byte[] frame) {
    return ControlMessage.read(Arrays.copyOfRange(frame, 1, frame.length));
  }

  @Test
  void hasExactlyTheseBytesAndReadsThem() {
    BYTES.forEach(
        (hex, message) -> {
          byte[] frame = new Discovery(message).write();
          assertThat(HexFormat.of().formatHex(frame)).isEqualTo(hex);
          assertThat(read(frame)).isEqualTo(new Discovery(message));
          assertThat(read(Arrays.copyOf(frame, frame.length + 7)))
              .isEqualTo(new Discovery(message));
          for (int length = 1; length < frame.length; length++) {
            assertThat(read(Arrays.copyOf(frame, length))).isNull();
          }
        });
  }

  @Test
  void carriesTheLargestAdvertInOneDatagram() {
    Advert largest = new Advert(new byte[1024]);
    byte[] frame = new Discovery(largest).write();
    assertThat(read(frame)).isEqualTo(new Discovery(largest));
    // Seal, UDP and IPv6 around it, and four layers of 37 for five hops.
    assertThat(frame.length + 32 + 48 + 4 * 37).isLessThanOrEqualTo(1280);
  }

  @Test
  void readsNoMoreThanItMayWrite() {
    assertThat(read(HexFormat.of().parseHex("0010" + "0401" + "00".repeat(1025)))).isNull();
    assertThat(read(HexFormat.of().parseHex("0011" + "01000000" + "11" + "00".repeat(600))))
        .isNull();
    assertThat(read(HexFormat.of().parseHex("0011" + "0000000000"))).isNull();
    assertThat(read(HexFormat.of().parseHex("0011" + "0100736500"))).isNull();
  }
}
