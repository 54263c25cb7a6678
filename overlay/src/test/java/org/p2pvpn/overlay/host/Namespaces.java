package org.p2pvpn.overlay.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Network namespaces of one test, gone with it. Names start with `p2h` and the process id, so that
 * tests running side by side do not meet; the links are veth pairs, one of which stands for a TUN.
 */
public final class Namespaces implements AutoCloseable {
  /** A command's answer; both streams together. */
  public record Answer(int status, String text) {}

  private final String prefix = "p2h" + ProcessHandle.current().pid();
  private final List<String> names = new ArrayList<>();

  public Namespaces(String... labels) throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "needs root for network namespaces");
    for (String label : labels) {
      names.add(name(label));
      // `ip netns exec` then mounts it: every namespace has a resolv.conf of its own.
      Files.createDirectories(Path.of("/etc/netns", name(label)));
      Files.writeString(resolvConf(label), "# of the test\nnameserver 192.0.2.53\n");
      must("ip netns add " + name(label));
      in(label, "ip link set lo up");
    }
  }

  public String name(String label) {
    return prefix + label;
  }

  public Path resolvConf(String label) {
    return Path.of("/etc/netns", name(label), "resolv.conf");
  }

  public void veth(String from, String fromLink, String to, String toLink)
      throws IOException, InterruptedException {
    must(
        "ip link add %s netns %s type veth peer name %s netns %s"
            .formatted(fromLink, name(from), toLink, name(to)));
  }

  /** Runs shell text in a namespace; it must succeed. */
  public String in(String label, String shell) throws IOException, InterruptedException {
    return must("ip netns exec " + name(label) + " sh -ec '" + shell.replace("'", "'\\''") + "'");
  }

  public Answer tryIn(String label, String shell) throws IOException, InterruptedException {
    return run("ip netns exec " + name(label) + " sh -c '" + shell.replace("'", "'\\''") + "'");
  }

  /** Starts a Java main of the tests inside a namespace. */
  public ProcessBuilder java(String label, Class<?> main, String... arguments) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "ip",
                "netns",
                "exec",
                name(label),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-ea",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    words.addAll(List.of(arguments));
    return new ProcessBuilder(words).redirectErrorStream(true);
  }

  public Answer javaEnd(String label, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    return end(java(label, main, arguments).start());
  }

  public static Answer run(String shell) throws IOException, InterruptedException {
    return end(new ProcessBuilder("sh", "-c", shell).redirectErrorStream(true).start());
  }

  static String must(String shell) throws IOException, InterruptedException {
    Answer answer = run(shell);
    if (answer.status() != 0) {
      throw new IOException(shell + ": " + answer.text());
    }
    return answer.text();
  }

  private static Answer end(Process process) throws IOException, InterruptedException {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("no end: " + process.info());
    }
    return new Answer(process.exitValue(), text);
  }

  @Override
  public void close() throws IOException {
    for (String name : names) {
      new ProcessBuilder("ip", "netns", "del", name).inheritIO().start().onExit().join();
      Files.deleteIfExists(Path.of("/etc/netns", name, "resolv.conf"));
      Files.deleteIfExists(Path.of("/etc/netns", name));
    }
  }
}
