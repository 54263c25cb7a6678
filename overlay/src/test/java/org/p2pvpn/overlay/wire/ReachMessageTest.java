package org.p2pvpn.overlay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.ControlMessage.Reach;
import org.p2pvpn.overlay.wire.ReachMessage.Introduce;
import org.p2pvpn.overlay.wire.ReachMessage.Introduced;
import org.p2pvpn.overlay.wire.ReachMessage.Meet;
import org.p2pvpn.overlay.wire.ReachMessage.Met;
import org.p2pvpn.overlay.wire.ReachMessage.NotIntroduced;
import org.p2pvpn.overlay.wire.ReachMessage.Observed;
import org.p2pvpn.overlay.wire.ReachMessage.Reason;

final class ReachMessageTest {
  private static final NodeId ID = NodeId.parse("0123456789abcdef".repeat(4));
  private static final InetSocketAddress FOUR = at("192.0.2.7", 51_820);
  private static final InetSocketAddress SIX = at("2001:db8::7", 1);
  private static final String FOUR_HEX = "04c0000207ca6c";
  private static final String SIX_HEX = "0620010db80000000000000000000000070001";

  private static final Map<String, ReachMessage> BYTES =
      Map.of(
          "001c" + FOUR_HEX, new Observed(FOUR),
          "001c" + SIX_HEX, new Observed(SIX),
          "001d" + "0000000000000005" + ID + "02" + SIX_HEX + FOUR_HEX,
              new Introduce(5, ID, List.of(SIX, FOUR)),
          "001e" + "ffffffffffffffff" + ID + "00002710" + "01" + FOUR_HEX,
              new Meet(-1, ID, 10_000, List.of(FOUR)),
          "001f" + "0000000000000005" + "00", new Met(5, List.of()),
          "0020" + "0000000000000005" + "000003e8" + "01" + SIX_HEX,
              new Introduced(5, 1000, List.of(SIX)),
          "0021" + "0000000000000005" + "03", new NotIntroduced(5, Reason.UNWILLING));

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private static @Nullable ControlMessage read(byte[] frame) {
    return ControlMessage.read(Arrays.copyOfRange(frame, 1, frame.length));
  }

  private static @Nullable ControlMessage read(String hex) {
    return read(HexFormat.of().parseHex(hex));
  }

  @Test
  void hasExactlyTheseBytesAndReadsThem() {
    BYTES.forEach(
        (hex, message) -> {
          byte[] frame = new Reach(message).write();
          assertThat(HexFormat.of().formatHex(frame)).isEqualTo(hex);
          assertThat(read(frame)).isEqualTo(new Reach(message));
          assertThat(read(Arrays.copyOf(frame, frame.length + 7))).isEqualTo(new Reach(message));
          for (int length = 1; length < frame.length; length++) {
            assertThat(read(Arrays.copyOf(frame, length))).isNull();
          }
        });
  }

  @Test
  void writesNoMorePlacesThanItReads() {
    Met many = new Met(1, Collections.nCopies(20, SIX));
    assertThat(many.at()).hasSize(ReachMessage.ENDPOINTS_MAX);
    assertThat(read(new Reach(many).write())).isEqualTo(new Reach(many));
    assertThat(read("001f" + "0000000000000005" + "09" + FOUR_HEX.repeat(9))).isNull();
  }

  @Test
  void readsNoPlaceThatIsNone() {
    assertThat(read("001c" + "05c0000207ca6c")).as("no such family").isNull();
    assertThat(read("001c" + "04c00002070000")).as("port 0").isNull();
    assertThat(read("001e" + "0000000000000005" + ID + "ffffffff" + "00"))
        .as("a wait below zero")
        .isNull();
  }

  @Test
  void aReasonOfALaterVersionIsAReason() {
    assertThat(read("0021" + "0000000000000005" + "63"))
        .isEqualTo(new Reach(new NotIntroduced(5, Reason.OTHER)));
  }
}
