package org.p2pvpn.cli.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A {@link TrafficMain} in a namespace: told by lines, tells by lines. */
final class Traffic implements AutoCloseable {
  private final Process process;
  private final OutputStream toChild;

  /**
   * Starts it.
   *
   * @param lines gets each line it says, on a thread of its own
   */
  Traffic(String namespace, String role, Consumer<String> lines) throws IOException {
    List<String> command =
        List.of(
            "ip",
            "netns",
            "exec",
            namespace,
            System.getProperty("java.home") + "/bin/java",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-Xmx32m",
            "-cp",
            System.getProperty("java.class.path"),
            TrafficMain.class.getName(),
            role);
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    toChild = process.getOutputStream();
    Thread.ofPlatform().daemon().name("traffic").start(() -> read(lines));
  }

  private void read(Consumer<String> lines) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (@Nullable String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.accept(line);
      }
    } catch (IOException _) {
      // It ended.
    }
  }

  void ask(String line) {
    try {
      toChild.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      toChild.flush();
    } catch (IOException _) {
      // It is dead: the checks miss its answers and say so.
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
