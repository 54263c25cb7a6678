package org.p2pvpn.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.control.ControlException;

/** Asks a running daemon one thing. The JDK's own socket: this is the whole of a thin command. */
final class AdminClient {
  /** Ours: twice what the daemon allows itself; beyond it hangs. */
  private static final Duration PATIENCE = Duration.ofSeconds(75);

  private static final String RESULT_PREFIX = "{\"result\":";

  private final Path socket;

  AdminClient(Path socket) {
    this.socket = socket;
  }

  /**
   * A daemon's answer.
   *
   * @param events every member of every event, later ones win
   * @param json the result as the daemon wrote it
   */
  record Answer(Map<String, String> events, String json) {
    /** The result of a request for text. */
    String text() {
      return FlatJson.parse("{\"result\":" + json + "}").getOrDefault("result", "");
    }

    long number(String event, long otherwise) {
      String text = events.get(event);
      return text == null ? otherwise : Long.parseLong(text);
    }
  }

  /**
   * Sends a command and waits for its end.
   *
   * @param arguments a JSON object
   * @throws ControlException with the daemon's exit code and words, or 3 when there is none
   */
  Answer ask(String command, String arguments) {
    String request =
        "{\"schema\":1,\"command\":%s,\"arguments\":%s}\n"
            .formatted(FlatJson.quote(command), arguments);
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      Thread impatience = closeAfterPatience(channel);
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
      Answer answer = read(channel);
      impatience.interrupt();
      return answer;
    } catch (IOException e) {
      throw explain(e, command);
    } catch (IllegalArgumentException e) {
      throw new ControlException(
          Exit.FAILURE, socket + ": " + e.getMessage(), "p2pvpn version; sudo p2pvpn down");
    }
  }

  private static Thread closeAfterPatience(SocketChannel channel) {
    return Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                Thread.sleep(PATIENCE);
                channel.close();
              } catch (InterruptedException | IOException _) {
                // The answer came, or the channel is gone already.
              }
            });
  }

  private Answer read(SocketChannel channel) throws IOException {
    Map<String, String> events = new LinkedHashMap<>();
    BufferedReader lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(RESULT_PREFIX)) {
        return new Answer(events, line.substring(RESULT_PREFIX.length(), line.length() - 1));
      }
      Map<String, String> members = FlatJson.parse(line);
      if (members.containsKey("error.message")) {
        throw new ControlException(
            Integer.parseInt(members.getOrDefault("error.exit", "1")),
            members.getOrDefault("error.message", ""),
            members.getOrDefault("error.next", ""));
      }
      members.forEach((name, value) -> events.put(name.replace("event.", ""), value));
    }
    throw new ControlException(
        Exit.FAILURE, "the daemon closed the connection without an answer", "p2pvpn status");
  }

  private ControlException explain(IOException e, String command) {
    String problem = String.valueOf(e.getMessage());
    if (problem.contains("Permission denied")) {
      return new ControlException(
          Exit.NEEDS_ROOT,
          "permission denied on "
              + socket
              + "; use: sudo p2pvpn "
              + command
              + "; to look without root, join the group p2pvpn: sudo usermod -aG p2pvpn $USER",
          "");
    }
    if (problem.contains("No such file") || problem.contains("Connection refused")) {
      return new ControlException(Exit.NOT_RUNNING, "not running; start it: sudo p2pvpn up", "");
    }
    return new ControlException(
        Exit.FAILURE, socket + ": no answer from the daemon: " + problem, "p2pvpn doctor");
  }
}
