package org.p2pvpn.overlay.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Kernel settings, read and written below /proc/sys; they are those of our network namespace. */
final class Sysctls {
  private static final Path ROOT = Path.of("/proc/sys");

  /**
   * Writing these also writes others: the kernel copies `forwarding` to every link and turns
   * accept_redirects around (devinet.c, inet_forward_change; addrconf.c,
   * addrconf_fixup_forwarding).
   */
  private static final Map<String, List<String>> ALSO_WRITTEN =
      Map.of(
          "net/ipv4/ip_forward",
          List.of("net/ipv4/conf/*/forwarding", "net/ipv4/conf/*/accept_redirects"),
          "net/ipv6/conf/all/forwarding",
          List.of("net/ipv6/conf/*/forwarding"));

  /** Null where this kernel has no such setting. */
  static @Nullable String read(String path) {
    try {
      return Files.readString(ROOT.resolve(path)).strip();
    } catch (IOException _) {
      return null;
    }
  }

  static Map<String, String> capture(HostChange.Sysctl sysctl) {
    Map<String, String> before = new LinkedHashMap<>();
    put(before, sysctl.path());
    for (String pattern : ALSO_WRITTEN.getOrDefault(sysctl.path(), List.of())) {
      int star = pattern.indexOf('*');
      Path links = ROOT.resolve(pattern.substring(0, star));
      try (DirectoryStream<Path> folders = Files.newDirectoryStream(links)) {
        for (Path folder : folders) {
          put(before, ROOT.relativize(folder) + pattern.substring(star + 1));
        }
      } catch (IOException _) {
        // No such family in this kernel: nothing of it can change.
      }
    }
    return before;
  }

  static void write(String path, String value) {
    try {
      Files.writeString(ROOT.resolve(path), value);
    } catch (IOException e) {
      throw new HostException(
          "%s: cannot be set to %s: %s; needs root and a writable /proc/sys"
              .formatted(path, value, e.getMessage()),
          "sysctl -w " + path.replace('/', '.') + "=" + value,
          e);
    }
  }

  /** Only what still holds our value goes back: a later change by somebody else stays. */
  static void restore(HostChange.Sysctl sysctl, Map<String, String> before) throws IOException {
    String now = read(sysctl.path());
    if (now == null || !now.equals(sysctl.value())) {
      return;
    }
    for (var entry : before.entrySet()) {
      // The setting itself is first, then what it has overwritten.
      String value = read(entry.getKey());
      if (value != null && !value.equals(entry.getValue())) {
        try {
          Files.writeString(ROOT.resolve(entry.getKey()), entry.getValue());
        } catch (NoSuchFileException _) {
          // The link went away between reading and writing.
        }
      }
    }
  }

  private static void put(Map<String, String> before, String path) {
    String value = read(path);
    if (value != null) {
      before.put(path, value);
    }
  }

  private Sysctls() {}
}
