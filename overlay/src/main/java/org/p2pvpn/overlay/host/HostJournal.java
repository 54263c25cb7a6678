package org.p2pvpn.overlay.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What we changed on this host, on disk before it happened: lines of JSON, synced.
 *
 * <p>It grows only by appending, so a kill at any moment leaves whole lines and at most one torn
 * one; the torn line's change was not made yet and is ignored. When everything is undone the file
 * goes. When the state folder cannot be written the journal goes on below /run, which is said once:
 * an unwritable disk must not keep a kill switch open, and /run outlives everything but a boot.
 */
final class HostJournal {
  /** Ours: a start that finds this much to read still takes under 10 ms. */
  private static final long COMPACT_ABOVE_BYTES = 1 << 18;

  private final Path file;
  private final Path fallback;
  private final Consumer<String> notice;
  private boolean usesFallback;
  private long nextSequence = 1;

  HostJournal(Path stateFolder, Path fallbackFolder, String namespace, Consumer<String> notice) {
    this.file = stateFolder.resolve("host-journal.jsonl");
    // Daemons in several namespaces share /run; their journals must not mix.
    this.fallback =
        fallbackFolder.resolve("host-journal-" + namespace.replaceAll("[^0-9]", "") + ".jsonl");
    this.notice = notice;
  }

  /** Every change still in force, oldest first. */
  List<JournalEntry> outstanding() {
    Map<Long, JournalEntry> entries = new LinkedHashMap<>();
    Set<Long> undone = new HashSet<>();
    for (Path path : List.of(file, fallback)) {
      for (String line : lines(path)) {
        switch (JournalLine.read(line)) {
          case JournalLine.Parsed.Made(var entry) -> {
            entries.put(entry.sequence(), entry);
            nextSequence = Math.max(nextSequence, entry.sequence() + 1);
          }
          case JournalLine.Parsed.Undone(var sequence) -> {
            undone.add(sequence);
            nextSequence = Math.max(nextSequence, sequence + 1);
          }
          case null -> {
            // Torn by a kill: written before its change, so there is nothing to undo.
          }
        }
      }
    }
    // Last, for the word may stand in the other file, before what it is about.
    entries.keySet().removeAll(undone);
    return List.copyOf(entries.values());
  }

  long nextSequence() {
    return nextSequence++;
  }

  /** On return the entries are on disk. */
  void append(List<JournalEntry> entries) {
    StringBuilder text = new StringBuilder();
    entries.forEach(entry -> text.append(JournalLine.write(entry)));
    append(text.toString());
  }

  void markUndone(List<JournalEntry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    List<JournalEntry> left = new ArrayList<>(outstanding());
    left.removeAll(entries);
    if (left.isEmpty() && delete(file) && delete(fallback)) {
      return;
    }
    StringBuilder text = new StringBuilder();
    entries.forEach(entry -> text.append(JournalLine.undone(entry.sequence())));
    append(text.toString());
    compact(left);
  }

  /** Each new lease adds lines; a node that runs for a year must not read a year of them. */
  private void compact(List<JournalEntry> left) {
    try {
      if (usesFallback || Files.exists(fallback) || Files.size(file) < COMPACT_ABOVE_BYTES) {
        return;
      }
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(fresh);
      StringBuilder text = new StringBuilder();
      left.forEach(entry -> text.append(JournalLine.write(entry)));
      append(fresh, text.toString());
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException _) {
      // A long journal is as right as a short one.
    }
  }

  private void append(String text) {
    if (!usesFallback) {
      try {
        append(file, text);
        return;
      } catch (IOException e) {
        usesFallback = true;
        notice.accept(
            "%s: cannot be written: %s; the journal goes on in %s"
                .formatted(file, reason(e), fallback));
      }
    }
    try {
      append(fallback, text);
    } catch (IOException e) {
      throw new HostException(
          "%s: cannot be written: %s; nothing is changed on the host without a journal"
              .formatted(fallback, reason(e)),
          "df -h " + file.getParent(),
          e);
    }
  }

  private static void append(Path path, String text) throws IOException {
    Path folder = path.toAbsolutePath().resolveSibling(".").normalize();
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
    }
    boolean isNew = !Files.exists(path);
    // Not APPEND: the position is set behind the last whole line, over a torn one.
    try (FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = endOfLastLine(channel);
      channel.truncate(end);
      channel.position(end);
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    if (isNew) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      // The name itself must survive a power cut.
      try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
        names.force(true);
      }
    }
  }

  private static long endOfLastLine(FileChannel channel) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    for (long end = channel.size(); end > 0; end--) {
      one.clear();
      channel.read(one, end - 1);
      if (one.get(0) == '\n') {
        return end;
      }
    }
    return 0;
  }

  /** Whole lines only; what follows the last line feed is torn. */
  private static List<String> lines(Path path) {
    if (!Files.exists(path)) {
      return List.of(); // Nor its folder, perhaps: a first start, or a state folder gone wrong.
    }
    try {
      String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
      int end = text.lastIndexOf('\n');
      return end < 0 ? List.of() : new ArrayList<>(text.substring(0, end).lines().toList());
    } catch (IOException e) {
      throw new HostException(path + ": cannot be read: " + reason(e), "ls -l " + path, e);
    }
  }

  private static boolean delete(Path path) {
    try {
      Files.deleteIfExists(path);
      return true;
    } catch (IOException _) {
      return !Files.exists(path);
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
