package org.p2pvpn.cli.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.control.ControlException;

/** One namespace and the daemon in it: a child process, started by the launcher users start. */
final class LabHost {
  /** Ours: twice the slowest start seen on two cores with a load of 20. */
  private static final int START_SECONDS_MAX = 40;

  private final String name;
  private final String namespace;
  private final Path folder;
  private final CompletableFuture<String> invite = new CompletableFuture<>();
  private final CompletableFuture<String> up = new CompletableFuture<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private final List<String> lastLines = new ArrayList<>();
  private @Nullable Process process;

  LabHost(LabPlace place, String name) {
    this(place, name, name);
  }

  /** With a state of its own: nobody the host met under another one knows it again. */
  LabHost(LabPlace place, String name, String state) {
    this.name = name;
    this.namespace = place.namespace(name);
    this.folder = place.folder().resolve(state);
  }

  String name() {
    return name;
  }

  Path socket() {
    return folder.resolve("sock");
  }

  /**
   * Starts {@code p2pvpn WORDS} here.
   *
   * @param config the text of its config file
   */
  void start(String config, String... words) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve("p2pvpn.toml");
    Files.writeString(file, config);
    String launcher = System.getProperty("p2pvpn.launcher", "/usr/bin/p2pvpn");
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace, launcher));
    command.addAll(List.of(words));
    command.addAll(List.of("--name", name, "--no-color", "--config", file.toString()));
    command.addAll(List.of("--state", folder.toString(), "--socket", socket().toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true);
    // The lab's daemons take nothing from the surroundings of the one who looks.
    builder.environment().keySet().removeIf(key -> key.equals("NOTIFY_SOCKET"));
    builder
        .environment()
        .keySet()
        .removeIf(key -> key.startsWith("P2PVPN_") && !key.equals("P2PVPN_JAVA_HOME"));
    // A network of a few minutes' life need not make its keys dear.
    builder.environment().put("P2PVPN_PUZZLE", "0");
    Process started = builder.start();
    process = started;
    Thread.ofPlatform().daemon().name(name).start(() -> read(started));
  }

  private void read(Process started) {
    try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
        var log = Files.newBufferedWriter(folder.resolve("log"))) {
      for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.write(line + "\n");
        log.flush();
        take(line);
      }
    } catch (IOException _) {
      // The end of the process, or of the lab's folder.
    }
    ControlException died =
        new ControlException(1, name + ": its daemon ended: " + lastLines(), "p2pvpn doctor");
    invite.completeExceptionally(died);
    up.completeExceptionally(died);
    closed.completeExceptionally(died);
  }

  private void take(String line) {
    synchronized (lastLines) {
      lastLines.add(line);
      if (lastLines.size() > 3) {
        lastLines.removeFirst();
      }
    }
    int from = line.indexOf("'p2pvpn://");
    if (from >= 0) {
      invite.complete(line.substring(from + 1, line.lastIndexOf('\'')));
    }
    if (line.contains(" kill switch ")) {
      closed.complete(line);
    }
    if (line.startsWith("✔ up ") || line.startsWith("ok up ")) {
      up.complete(line);
    }
  }

  private String lastLines() {
    synchronized (lastLines) {
      return String.join(" | ", lastLines);
    }
  }

  /** The line its daemon printed for others. */
  String awaitInvite() throws InterruptedException {
    return await(invite, "no invite");
  }

  void awaitKillSwitch() throws InterruptedException {
    await(closed, "no kill switch");
  }

  void awaitUp() throws InterruptedException {
    await(up, "not up");
  }

  private String await(CompletableFuture<String> future, String what) throws InterruptedException {
    try {
      return future.get(START_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ControlException known) {
        throw known;
      }
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      throw new ControlException(
          1, "%s: %s after %d s: %s".formatted(name, what, START_SECONDS_MAX, lastLines()), "");
    }
  }

  boolean isAlive() {
    Process started = process;
    return started != null && started.isAlive();
  }

  /** SIGKILL: it cannot say goodbye to anybody. */
  void kill() {
    Process started = process;
    if (started != null) {
      started.destroyForcibly();
    }
  }

  /** All that its process tells of itself and of others: its answers and its log. */
  String tells() {
    Path socket = socket();
    try {
      return DaemonSocket.status(socket)
          + DaemonSocket.ask(socket, "peers").toString()
          + DaemonSocket.ask(socket, "circuits")
          + Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      throw new ControlException(1, name + ": its log cannot be read: " + e.getMessage(), "");
    }
  }

  /** Asks it to stop, as a service manager does. */
  void stop() {
    Process started = process;
    if (started != null) {
      started.destroy();
    }
  }

  void awaitEnd(long millisMax) throws InterruptedException {
    Process started = process;
    if (started != null && !started.waitFor(millisMax, TimeUnit.MILLISECONDS)) {
      started.destroyForcibly();
    }
  }
}
