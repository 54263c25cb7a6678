package org.p2pvpn.cli.lab;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.p2pvpn.overlay.control.ControlException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a lab's daemon: what it knows, told by itself. */
final class DaemonSocket {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private DaemonSocket() {}

  static JsonNode status(Path socket) {
    return ask(socket, "status");
  }

  /** A line that lets one node in. */
  static String invite(Path socket) {
    return ask(socket, "invite").path("invite").stringValue();
  }

  /** A line that lets any number of nodes in. */
  static String reusableInvite(Path socket) {
    return ask(socket, "invite", "{\"reusable\":true}").path("invite").stringValue();
  }

  static JsonNode ask(Path socket, String command) {
    return ask(socket, command, "{}");
  }

  private static JsonNode ask(Path socket, String command, String arguments) {
    String request =
        "{\"schema\":1,\"command\":\"%s\",\"arguments\":%s}\n".formatted(command, arguments);
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      String answer =
          new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
      for (String line : answer.lines().toList()) {
        JsonNode result = MAPPER.readTree(line).path("result");
        if (result.isObject()) {
          return result;
        }
      }
      throw new ControlException(1, socket + ": no answer: " + answer.strip(), "");
    } catch (IOException e) {
      throw new ControlException(1, socket + ": " + e.getMessage(), "");
    }
  }
}
