package org.p2pvpn.cli.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names of one lab's things. Each holds the lab's process id: two labs never meet, and a later
 * one sees which are of the dead.
 */
record LabPlace(long pid) {
  static final Path NAMESPACES = Path.of("/run/netns");
  static final Path RESOLVERS = Path.of("/etc/netns");
  static final Path RUN = Path.of("/run");

  private static final Pattern NAMESPACE = Pattern.compile("p2lab-(\\d{1,9})-[a-z]+[0-9]*");
  private static final Pattern FOLDER = Pattern.compile("p2pvpn-lab-(\\d{1,9})");

  static LabPlace ofThisProcess() {
    return new LabPlace(ProcessHandle.current().pid());
  }

  /** Whose namespace or folder this is, or null: not of a lab. */
  static @Nullable LabPlace ofName(String name) {
    for (Pattern pattern : new Pattern[] {NAMESPACE, FOLDER}) {
      Matcher matcher = pattern.matcher(name);
      if (matcher.matches()) {
        return new LabPlace(Long.parseLong(matcher.group(1)));
      }
    }
    return null;
  }

  String namespace(String host) {
    return "p2lab-" + pid + "-" + host;
  }

  Path folder() {
    return RUN.resolve("p2pvpn-lab-" + pid);
  }

  Path resolverFolder(String host) {
    return RESOLVERS.resolve(namespace(host));
  }

  /** Made by {@code --keep}: a dead lab's things that only {@code --clean} may remove. */
  Path keepMark() {
    return folder().resolve("keep");
  }

  /** A process id is used again: the process must be a lab, too. */
  boolean isAlive() {
    try {
      String command = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
      boolean ours =
          command.contains("p2pvpn-cli.jar\0") || command.contains("org.p2pvpn.cli.Main\0");
      return ours && command.contains("\0lab");
    } catch (IOException _) {
      return false;
    }
  }
}
