package org.p2pvpn.overlay.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a change was made: a boot and a network namespace. Undoing it anywhere else would touch
 * somebody else's network.
 */
record HostHome(String boot, String namespace) {
  static HostHome current() {
    try {
      return new HostHome(
          Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip(),
          Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString());
    } catch (IOException e) {
      throw new HostException(
          "/proc: cannot be read: " + e.getMessage() + "; p2pvpn needs /proc mounted",
          "mount -t proc proc /proc",
          e);
    }
  }

  /**
   * Whether a namespace of this boot is certainly gone, and our changes with it: a container that
   * was killed comes back with a new one, and must be able to start.
   */
  static boolean isGone(String namespace) {
    String inode = namespace.replaceAll("[^0-9]", "");
    try (DirectoryStream<Path> named = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : named) {
        if (!Files.exists(process)) {
          continue;
        }
        try {
          if (Files.readSymbolicLink(process.resolve("ns/net")).toString().equals(namespace)) {
            return false;
          }
        } catch (IOException _) {
          if (Files.exists(process)) {
            return false; // Not ours to look into: it may well live there.
          }
        }
      }
    } catch (IOException _) {
      return false;
    }
    return !isNamed(inode);
  }

  /** Namespaces without a process are kept by the mounts of `ip netns add`. */
  private static boolean isNamed(String inode) {
    Path folder = Path.of("/run/netns");
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (DirectoryStream<Path> names = Files.newDirectoryStream(folder)) {
      for (Path name : names) {
        if (Files.getAttribute(name, "unix:ino").toString().equals(inode)) {
          return true;
        }
      }
      return false;
    } catch (IOException _) {
      return true;
    }
  }
}
