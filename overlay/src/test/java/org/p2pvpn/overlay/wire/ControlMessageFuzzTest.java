package org.p2pvpn.overlay.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Any bytes of an authenticated peer's: a message or null, never an exception; and what was read
 * can be written and read again.
 */
final class ControlMessageFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void anyBytesAreAMessageOrNothing(byte[] input) {
    ControlMessage message = ControlMessage.read(input);
    if (message == null) {
      return;
    }
    byte[] written = message.write();
    if (written[0] != Frame.CONTROL) {
      throw new AssertionError("a control message begins with its frame byte");
    }
    ControlMessage again = ControlMessage.read(Arrays.copyOfRange(written, 1, written.length));
    if (!message.equals(again) && !isTextCutByReplacement(message)) {
      throw new AssertionError(message + " became " + again);
    }
  }

  /** A byte that is no UTF-8 becomes a character of three bytes, so that a text may grow. */
  private static boolean isTextCutByReplacement(ControlMessage message) {
    String text =
        switch (message) {
          case ControlMessage.Hello(String name) -> name;
          case ControlMessage.LeaseRefusal(String reason) -> reason;
          default -> "";
        };
    return text.getBytes(StandardCharsets.UTF_8).length > ControlMessage.TEXT_BYTES_MAX;
  }
}
