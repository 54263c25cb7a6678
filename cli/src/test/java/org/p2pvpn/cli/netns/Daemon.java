package org.p2pvpn.cli.netns;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** One run of the packaged program as a daemon on a host; its state folder outlives the run. */
final class Daemon {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START = Duration.ofSeconds(25);

  /** What it printed, and when. */
  record Line(long nanos, String text) {}

  private final Namespace host;
  private final Process process;
  private final List<Line> lines = new CopyOnWriteArrayList<>();

  Daemon(Namespace host, String... words) {
    this(host, Map.of(), command(host, words));
  }

  /** With a whole command line of the caller's, e.g. through {@code unshare}. */
  Daemon(Namespace host, Map<String, String> environment, List<String> command) {
    this.host = host;
    try {
      ProcessBuilder builder =
          new ProcessBuilder(host.inside(command.toArray(String[]::new)))
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile());
      builder.environment().putAll(environment);
      process = host.own(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::read);
  }

  /** The launcher of this checkout with the host's own places. */
  static List<String> command(Namespace host, String... words) {
    List<String> command = new ArrayList<>(List.of(launcher().toString()));
    command.addAll(Arrays.asList(words));
    command.addAll(List.of("--state", host.folder().resolve("state").toString()));
    command.addAll(List.of("--socket", socket(host).toString()));
    Path config = config(host);
    command.addAll(List.of("--config", Files.exists(config) ? config.toString() : "/dev/null"));
    return command;
  }

  /** Runs another command of the program on a host, to its end. */
  static Shell.Answer cli(Namespace host, String... words) {
    return host.run(Map.of(), Duration.ofSeconds(60), command(host, words).toArray(String[]::new));
  }

  static Path socket(Namespace host) {
    return host.folder().resolve("sock");
  }

  /** Read when it is there. */
  static Path config(Namespace host) {
    return host.folder().resolve("p2pvpn.toml");
  }

  static Path launcher() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path launcher = folder.resolve("p2pvpn");
      if (Files.isRegularFile(launcher) && Files.isExecutable(launcher)) {
        return launcher;
      }
    }
    throw new AssertionError("no launcher p2pvpn above " + Path.of("").toAbsolutePath());
  }

  private void read() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      String line = reader.readLine();
      while (line != null) {
        lines.add(new Line(System.nanoTime(), line));
        line = reader.readLine();
      }
    } catch (IOException _) {
      // The process is gone: that is the end of the log.
    }
  }

  Daemon awaitUp() {
    awaitLine("stop it: ");
    return this;
  }

  /** The first line that holds the text; fails when the process ends before it. */
  Line awaitLine(String text) {
    Shell.waitFor(
        host.label() + " prints \"" + text + "\"",
        START,
        () -> find(text) != null || !process.isAlive(),
        this::log);
    Line found = find(text);
    if (found == null) {
      waitForEnd(); // the reader may be a moment behind
      found = find(text);
    }
    if (found == null) {
      throw new AssertionError(host.label() + " ended without \"" + text + "\":\n" + log());
    }
    return found;
  }

  private @org.jspecify.annotations.Nullable Line find(String text) {
    return lines.stream().filter(line -> line.text().contains(text)).findFirst().orElse(null);
  }

  boolean printed(String text) {
    return find(text) != null;
  }

  String log() {
    StringBuilder log = new StringBuilder();
    lines.forEach(line -> log.append(line.text()).append('\n'));
    return log.toString();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  Namespace host() {
    return host;
  }

  /** The exit status; fails when it does not end. */
  int waitForEnd() {
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new AssertionError(host.label() + " does not end:\n" + log());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw Shell.interrupted(e);
    }
  }

  int signal(String name) {
    Shell.must("kill -" + name + " " + process.pid());
    return waitForEnd();
  }

  void kill() {
    signal("KILL");
  }

  /** `p2pvpn down`; must succeed. */
  void down() {
    cli(host, "down").mustSucceed(host.label() + ": down");
    waitForEnd();
  }

  JsonNode status() {
    return ask("status", "{}");
  }

  String state() {
    return status().path("state").asString();
  }

  long counter(String name) {
    return status().path("counters").path(name).asLong();
  }

  /** The sum of every counter of drops. */
  long drops() {
    long sum = 0;
    for (Map.Entry<String, JsonNode> counter : status().path("counters").properties()) {
      sum += counter.getKey().startsWith("drop_") ? counter.getValue().asLong() : 0;
    }
    return sum;
  }

  /** IPv6 first, IPv4 second. */
  String overlayAddress(boolean ipv6) {
    return status().path("overlayAddresses").path(ipv6 ? 0 : 1).asString();
  }

  /** The result of one request on the admin socket. */
  JsonNode ask(String command, String arguments) {
    String request =
        "{\"schema\":1,\"command\":\"%s\",\"arguments\":%s}\n".formatted(command, arguments);
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket(host)));
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
      String answer =
          new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
      for (String line : answer.lines().toList()) {
        JsonNode node = JSON.readTree(line);
        if (node.has("result")) {
          return node.path("result");
        }
      }
      throw new AssertionError(host.label() + ": " + command + ": " + answer);
    } catch (IOException e) {
      throw new UncheckedIOException(host.label() + ": admin socket: " + e.getMessage(), e);
    }
  }
}
