package org.p2pvpn.overlay.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Swaps /etc/resolv.conf and puts it back byte for byte: content, mode, owner, time or symlink.
 *
 * <p>By rename, so that no resolver ever reads half a file; in place where the file is a mount of
 * its own (`ip netns exec` and containers mount one), which rename cannot replace.
 */
final class ResolverFile {
  /**
   * Whether this network namespace is not the machine's own, and the file is: `ip netns exec`
   * mounts another one only if there is one, and containers have theirs.
   */
  static boolean isSharedWithOthers(Path file) {
    try {
      Path first = Files.readSymbolicLink(Path.of("/proc/1/ns/net"));
      if (first.equals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")))) {
        return false;
      }
      return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
          .map(line -> line.split(" ", 6)[4])
          .noneMatch(mounted -> mounted.equals(file.toString()) || mounted.equals("/etc"));
    } catch (IOException _) {
      return false; // not ours to look into: then we are not the machine's, but a container's root
    }
  }

  /** The addresses of its servers; empty without a file. */
  static List<String> servers(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .map(line -> line.strip().split("\\s+"))
          .filter(words -> words.length > 1 && words[0].equals("nameserver"))
          .map(words -> words[1])
          .toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  static Map<String, String> capture(Path file) throws IOException {
    Map<String, String> before = new LinkedHashMap<>();
    if (Files.isSymbolicLink(file)) {
      before.put("symlink", Files.readSymbolicLink(file).toString());
    } else if (Files.exists(file)) {
      before.put("content", Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
      before.put("mode", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      before.put("owner", Files.getAttribute(file, "unix:uid").toString());
      before.put("group", Files.getAttribute(file, "unix:gid").toString());
      before.put("modified", Files.getLastModifiedTime(file).toInstant().toString());
    }
    return before;
  }

  static void swap(HostChange.Resolver resolver) throws IOException {
    Path file = resolver.file();
    byte[] content = resolver.content().getBytes(StandardCharsets.UTF_8);
    Path fresh = beside(file);
    try {
      Files.write(fresh, content);
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
      rename(fresh, file);
    } catch (FileSystemException e) {
      Files.deleteIfExists(fresh);
      writeInPlace(file, content);
    }
  }

  /**
   * Puts the old file back, or answers with a sentence when it is no longer ours to touch: a DHCP
   * client's newer file is better than our old copy.
   */
  static @Nullable String restore(HostChange.Resolver resolver, Map<String, String> before)
      throws IOException {
    Path file = resolver.file();
    Files.deleteIfExists(beside(file)); // a swap that was killed left it
    String symlink = before.get("symlink");
    String content = before.get("content");
    if (!isOurs(resolver)) {
      Map<String, String> now = capture(file);
      if (content != null && content.equals(now.get("content"))) {
        attributes(file, before); // a kill can fall between the content and these
        return null;
      }
      return now.equals(before)
          ? null
          : file + ": somebody else changed it meanwhile; left as it is";
    }
    if (symlink != null) {
      Path fresh = beside(file);
      Files.deleteIfExists(fresh);
      Files.createSymbolicLink(fresh, Path.of(symlink));
      rename(fresh, file);
    } else if (content == null) {
      Files.deleteIfExists(file);
    } else {
      restoreContent(file, Base64.getDecoder().decode(content), before);
    }
    return null;
  }

  private static void restoreContent(Path file, byte[] content, Map<String, String> before)
      throws IOException {
    Path fresh = beside(file);
    try {
      Files.write(fresh, content);
      attributes(fresh, before);
      rename(fresh, file);
    } catch (FileSystemException e) {
      Files.deleteIfExists(fresh);
      writeInPlace(file, content);
      attributes(file, before);
    }
  }

  private static void attributes(Path file, Map<String, String> before) throws IOException {
    Files.setAttribute(file, "unix:uid", Integer.valueOf(before.getOrDefault("owner", "0")));
    Files.setAttribute(file, "unix:gid", Integer.valueOf(before.getOrDefault("group", "0")));
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(before.getOrDefault("mode", "rw-r--r--")));
    String modified = before.get("modified");
    if (modified != null) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.parse(modified)));
    }
  }

  /** Ours, or empty: a kill between truncating and writing in place leaves nothing. */
  private static boolean isOurs(HostChange.Resolver resolver) throws IOException {
    if (Files.isSymbolicLink(resolver.file())) {
      return false;
    }
    try {
      byte[] now = Files.readAllBytes(resolver.file());
      byte[] ours = resolver.content().getBytes(StandardCharsets.UTF_8);
      return now.length == 0 || Arrays.equals(now, ours);
    } catch (NoSuchFileException _) {
      return true;
    }
  }

  private static void rename(Path fresh, Path file) throws IOException {
    // A mount point answers EBUSY; Java would answer by copying onto it unless told ATOMIC_MOVE.
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void writeInPlace(Path file, byte[] content) throws IOException {
    Files.write(
        file,
        content,
        StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.SYNC);
  }

  /** Rename needs the same file system, hence the same folder. */
  private static Path beside(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".p2pvpn");
  }

  private ResolverFile() {}
}
