package org.p2pvpn.cli.netns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All memory of a process that it could read itself: heap, buffers, stacks, and what is freed and
 * not yet overwritten. Read by {@code /proc/PID/mem} while the process is stopped.
 */
final class ProcessMemory {
  private static final Pattern REGION =
      Pattern.compile("([0-9a-f]+)-([0-9a-f]+) r\\S+ \\S+ \\S+ (\\d+) *(.*)");

  private static final int BLOCK_BYTES = 1 << 20;

  /** Of what stands around a find. */
  private static final int CONTEXT_BYTES = 24;

  /** Ours: what a person reads. */
  private static final int FINDS_MAX = 40;

  /** A pattern that is there, with a readable line about where. */
  record Find(Trace trace, String where) {}

  private final long pid;
  private long bytes;

  private ProcessMemory(long pid) {
    this.pid = pid;
  }

  /**
   * What of these is in the process, each once. A search that finds nothing has looked at every
   * byte.
   */
  static List<Find> search(long pid, List<Trace> traces) {
    ProcessMemory memory = new ProcessMemory(pid);
    try {
      Shell.must("kill -STOP " + pid);
      try {
        List<Find> finds = memory.search(new TraceIndex(traces));
        if (memory.bytes < BLOCK_BYTES) {
          throw new AssertionError("process " + pid + ": read only " + memory.bytes + " bytes");
        }
        return finds;
      } finally {
        Shell.must("kill -CONT " + pid);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Find> search(TraceIndex traces) throws IOException {
    List<Find> finds = new ArrayList<>();
    try (FileChannel memory = FileChannel.open(Path.of("/proc/" + pid + "/mem"))) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/maps"))) {
        Matcher region = REGION.matcher(line);
        // The kernel's own pages are no memory of the process.
        if (region.matches() && !region.group(4).startsWith("[v")) {
          long begin = Long.parseUnsignedLong(region.group(1), 16);
          long end = Long.parseUnsignedLong(region.group(2), 16);
          search(memory, begin, end, line, traces, finds);
        }
      }
    }
    return finds;
  }

  private void search(
      FileChannel memory, long begin, long end, String region, TraceIndex traces, List<Find> finds)
      throws IOException {
    int overlap = Trace.BYTES_MAX - 1;
    byte[] bytesHere = new byte[BLOCK_BYTES + overlap];
    ByteBuffer block = ByteBuffer.wrap(bytesHere);
    for (long at = begin; at < end; at += BLOCK_BYTES) {
      block.clear().limit((int) Math.min(block.capacity(), end - at));
      if (!read(memory, block, at)) {
        return;
      }
      bytes += Math.min(BLOCK_BYTES, block.position());
      byte[] here = Arrays.copyOf(bytesHere, block.position());
      long base = at;
      traces.search(
          here,
          (trace, found) -> {
            if (finds.size() < FINDS_MAX && finds.stream().noneMatch(f -> f.trace() == trace)) {
              finds.add(new Find(trace, where(here, base, found, region)));
            }
          });
    }
  }

  /** A page that is not there, as of a file that was cut, ends its region. */
  private static boolean read(FileChannel memory, ByteBuffer block, long at) throws IOException {
    try {
      while (block.hasRemaining() && memory.read(block, at + block.position()) > 0) {}
    } catch (IOException e) {
      if (block.position() == 0) {
        return false;
      }
    }
    return block.position() > 0;
  }

  private static String where(byte[] block, long at, int found, String region) {
    int from = Math.max(0, found - CONTEXT_BYTES);
    int to = Math.min(block.length, found + 2 * CONTEXT_BYTES);
    String text = new String(block, from, to - from, StandardCharsets.ISO_8859_1);
    HexFormat hex = HexFormat.of();
    return "0x%x in \"%s\": %s|%s  %s"
        .formatted(
            at + found,
            region,
            hex.formatHex(block, from, found),
            hex.formatHex(block, found, to),
            text.replaceAll("[^ -~]", "."));
  }
}
