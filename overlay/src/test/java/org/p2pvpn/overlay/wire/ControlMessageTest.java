package org.p2pvpn.overlay.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.identity.NodeId;

final class ControlMessageTest {
  private static final Map<String, ControlMessage> BYTES =
      Map.of(
          "00010102030405060708", new ControlMessage.Ping(0x0102_0304_0506_0708L),
          "0002ffffffffffffffff", new ControlMessage.Pong(-1),
          "0003", new ControlMessage.LeaseRequest(0),
          "000301020304", new ControlMessage.LeaseRequest(0x0102_0304),
          "0004f8000005fd710000000000010000000000000005f8000001",
              new ControlMessage.LeaseGrant(0xF800_0005, 0xFD71_0000_0000_0001L, 5, 0xF800_0001),
          "000566756c6c", new ControlMessage.LeaseRefusal("full"),
          "0006626f62", new ControlMessage.Hello("bob"),
          "0007", new ControlMessage.Leave());

  private static final NodeId NODE = NodeId.ofBytes(HexFormat.of().parseHex("ab".repeat(32)));

  private static final Map<String, ControlMessage> CIRCUIT_BYTES =
      Map.of(
          "000801020304" + "ab".repeat(32),
          new ControlMessage.Extend(0x0102_0304, NODE),
          "0009fffffffe",
          new ControlMessage.Extended(-2),
          "000a0102030401",
          new ControlMessage.ExtendRefused(0x0102_0304, ExtendRefusal.NO_RELAY),
          "000a0102030400",
          new ControlMessage.ExtendRefused(0x0102_0304, ExtendRefusal.OTHER),
          "000b00000007",
          new ControlMessage.Retract(7));

  private static final ControlMessage GRANT = new ControlMessage.LeaseGrant(1, 2, 3, 4);

  private static @Nullable ControlMessage read(byte[] frame) {
    return ControlMessage.read(Arrays.copyOfRange(frame, 1, frame.length));
  }

  @Test
  void hasExactlyTheseBytes() {
    BYTES.forEach(
        (hex, message) -> assertThat(HexFormat.of().formatHex(message.write())).isEqualTo(hex));
  }

  @Test
  void aCircuitsMessagesHaveExactlyTheseBytes() {
    CIRCUIT_BYTES.forEach(
        (hex, message) -> {
          assertThat(HexFormat.of().formatHex(message.write())).isEqualTo(hex);
          assertThat(read(message.write())).isEqualTo(message);
        });
  }

  @Test
  void theNumbersOfARefusalStay() {
    ExtendRefusal[] numbered = {
      ExtendRefusal.OTHER,
      ExtendRefusal.NO_RELAY,
      ExtendRefusal.UNKNOWN_NODE,
      ExtendRefusal.UNREACHABLE,
      ExtendRefusal.LOOP,
      ExtendRefusal.INDEX_IN_USE,
      ExtendRefusal.TOO_MANY,
      ExtendRefusal.TOO_FAST,
      ExtendRefusal.BUSY
    };
    for (byte number = 0; number < numbered.length; number++) {
      assertThat(numbered[number].wireByte()).isEqualTo(number);
      assertThat(ExtendRefusal.ofWireByte(number)).isEqualTo(numbered[number]);
    }
    assertThat(ExtendRefusal.values()).hasSize(numbered.length);
  }

  @Test
  void aRefusalOfALaterVersionIsARefusal() {
    byte[] message = {10, 0, 0, 0, 7, 99};
    assertThat(ControlMessage.read(message))
        .isEqualTo(new ControlMessage.ExtendRefused(7, ExtendRefusal.OTHER));
  }

  @Test
  void readsWhatItWrote() {
    BYTES.forEach((_, message) -> assertThat(read(message.write())).isEqualTo(message));
  }

  @Test
  void readsAMessageWithMoreBytesThanItsFields() {
    for (ControlMessage message :
        List.of(new ControlMessage.Ping(3), new ControlMessage.Leave(), GRANT)) {
      byte[] frame = message.write();
      assertThat(read(Arrays.copyOf(frame, frame.length + 7))).isEqualTo(message);
    }
  }

  @Test
  void aTextThatIsTooLongEndsWithAWholeCharacter() {
    for (String before : new String[] {"", "a", "ab", "abc"}) {
      String sent = before + "\uD83D\uDE80".repeat(60);
      assertThat(read(new ControlMessage.Hello(sent).write()))
          .isEqualTo(
              new ControlMessage.Hello(
                  sent.substring(0, before.length() + (200 - before.length()) / 4 * 2)));
    }
  }

  @Test
  void readsNothingFromAMessageCutAnywhere() {
    for (ControlMessage message :
        List.of(
            new ControlMessage.Ping(3),
            new ControlMessage.Pong(3),
            new ControlMessage.Extend(7, NODE),
            new ControlMessage.Extended(7),
            new ControlMessage.ExtendRefused(7, ExtendRefusal.BUSY),
            new ControlMessage.Retract(7),
            GRANT)) {
      byte[] frame = message.write();
      for (int length = 1; length < frame.length; length++) {
        assertThat(read(Arrays.copyOf(frame, length))).isNull();
      }
    }
  }

  @Test
  void readsNothingOfATypeItDoesNotKnow() {
    for (int type = Byte.MIN_VALUE; type <= Byte.MAX_VALUE; type++) {
      byte[] message = new byte[64];
      message[0] = (byte) type;
      assertThat(ControlMessage.read(message) != null)
          .isEqualTo(
              (type >= 1 && type <= 11)
                  || type == 16
                  || type == 18
                  || (type >= 21 && type <= 24)
                  || (type >= 29 && type <= 33));
    }
  }

  @Test
  void cutsALongTextWhenWritingAndWhenReading() {
    assertThat(new ControlMessage.Hello("x".repeat(999)).write()).hasSize(202);
    byte[] tooLong = ("\006" + "x".repeat(999)).getBytes(UTF_8);
    assertThat(ControlMessage.read(tooLong))
        .isEqualTo(new ControlMessage.Hello("x".repeat(ControlMessage.TEXT_BYTES_MAX)));
  }

  @Test
  void keepsATextFromMovingTheTerminalsCursor() {
    byte[] evil = "\006a\u001b[2J\r\n\u202eb\u0000".getBytes(UTF_8);
    assertThat(ControlMessage.read(evil)).isEqualTo(new ControlMessage.Hello("a?[2J???b?"));
  }

  @Test
  void readsBytesThatAreNoUtf8() {
    byte[] broken = {6, 'a', (byte) 0xC3, (byte) 0x28, (byte) 0xFF};
    assertThat(ControlMessage.read(broken)).isEqualTo(new ControlMessage.Hello("a\uFFFD(\uFFFD"));
  }
}
