package org.p2pvpn.cli.netns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One host: a network namespace with a resolv.conf of its own and the programs started in it. */
final class Namespace implements AutoCloseable {
  private static final String PREFIX = "p2it-";
  private static final Path ETC = Path.of("/etc/netns");

  private final String label;
  private final String name;
  private final Path folder;
  private final List<Process> started = new ArrayList<>();

  Namespace(String label, Path parent, String resolver) {
    this.label = label;
    this.name = PREFIX + ProcessHandle.current().pid() + "-" + label;
    this.folder = parent.resolve(label);
    try {
      Files.createDirectories(folder);
      Files.createDirectories(ETC.resolve(name));
      Files.writeString(resolvConf(), "# a comment\nnameserver " + resolver + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Shell.must("ip netns add " + name);
    Shell.must("ip -n " + name + " link set lo up");
  }

  String label() {
    return label;
  }

  String name() {
    return name;
  }

  Path folder() {
    return folder;
  }

  Path resolvConf() {
    return ETC.resolve(name).resolve("resolv.conf");
  }

  /** Runs {@code ip} on this host; must succeed. */
  void ip(String words) {
    Shell.must("ip -n " + name + " " + words);
  }

  /** Runs shell text that must succeed; answers with what it printed. */
  String sh(String text) {
    return trySh(text).mustSucceed(label + ": " + text);
  }

  Shell.Answer trySh(String text) {
    return Shell.run(inside("sh", "-c", text));
  }

  Shell.Answer run(Map<String, String> environment, Duration patience, String... command) {
    return Shell.run(inside(command), environment, patience);
  }

  /** Starts a program in the background; it ends with the host at the latest. */
  Process start(String... command) {
    return start(Path.of("/dev/null"), command);
  }

  Process start(Path output, String... command) {
    try {
      return own(
          new ProcessBuilder(inside(command))
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(output.toFile())
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a main method of the tests here; must succeed. */
  String java(Class<?> main, String... arguments) {
    return Shell.run(inside(javaCommand(main, arguments)), Map.of(), Duration.ofMinutes(30))
        .mustSucceed(main.getSimpleName());
  }

  static String[] javaCommand(Class<?> main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx200m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
    command.addAll(List.of(arguments));
    return command.toArray(String[]::new);
  }

  List<String> inside(String... command) {
    List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", name));
    words.addAll(List.of(command));
    return words;
  }

  Process own(Process process) {
    started.add(process);
    return process;
  }

  boolean listens(String protocol, int port) {
    return sh("ss -Hln --" + protocol + " sport = :" + port).contains(":" + port);
  }

  /** Kills what was started here and takes the namespace away. */
  @Override
  public void close() {
    started.forEach(Process::destroyForcibly);
    remove(name);
  }

  /** What an earlier run left whose process is gone. */
  static void removeLeftOvers() {
    List<String> names =
        Shell.must("ip netns list").lines().map(line -> line.split(" ", 2)[0]).toList();
    for (String name : names) {
      String[] parts = name.split("-", 3);
      if (name.startsWith(PREFIX) && parts.length == 3 && !isAlive(parts[1])) {
        remove(name);
      }
    }
  }

  private static boolean isAlive(String pid) {
    Optional<ProcessHandle> process =
        pid.matches("[0-9]+") ? ProcessHandle.of(Long.parseLong(pid)) : Optional.empty();
    return process.map(ProcessHandle::isAlive).orElse(false);
  }

  private static void remove(String name) {
    String pids = Shell.run(List.of("ip", "netns", "pids", name)).text();
    pids.lines()
        .filter(line -> line.matches("[0-9]+"))
        .flatMap(line -> ProcessHandle.of(Long.parseLong(line)).stream())
        .forEach(ProcessHandle::destroyForcibly);
    Shell.run(List.of("ip", "netns", "del", name));
    deleteTree(ETC.resolve(name));
  }

  static void deleteTree(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
