package org.p2pvpn.tun.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A network namespace of its own for one test, removed at the end with all that is in it. */
final class Namespace implements AutoCloseable {
  private static final int CHILD_SECONDS_MAX = 120;

  private final String name = "p2ptun-" + ProcessHandle.current().pid() + "-" + System.nanoTime();

  Namespace() {
    assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "SKIPPED: needs root to make a network namespace");
    assumeTrue(Files.exists(Path.of("/dev/net/tun")), "SKIPPED: there is no /dev/net/tun");
    run("ip", "netns", "add", name);
  }

  String name() {
    return name;
  }

  /** Runs the main method of a class of the tests in the namespace; returns what it printed. */
  String java(Class<?> main) {
    return run(
        "ip",
        "netns",
        "exec",
        name,
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-ea",
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        main.getName());
  }

  /** Runs a command and insists on its success. */
  static String run(String... command) {
    try {
      Path output = Files.createTempFile("p2ptun", ".log");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(CHILD_SECONDS_MAX, TimeUnit.SECONDS);
        if (!ended) {
          process.destroyForcibly();
        }
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        if (!ended || process.exitValue() != 0) {
          throw new AssertionError(String.join(" ", brief(command)) + ":\n" + printed);
        }
        return printed;
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> brief(String[] command) {
    List<String> words = new ArrayList<>(List.of(command));
    words.replaceAll(word -> word.length() > 100 ? word.substring(0, 100) + "..." : word);
    return words;
  }

  @Override
  public void close() {
    run("ip", "netns", "del", name);
  }
}
