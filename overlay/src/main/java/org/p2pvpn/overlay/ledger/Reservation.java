package org.p2pvpn.overlay.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Disk space that is really there. Chronicle writes into mapped files with holes, and a hole that
 * the disk cannot fill is a SIGBUS, which may end the process. So zeros are written ahead of it
 * with ordinary calls, which say that the disk is full as an exception.
 *
 * <p>A file that is not there yet is prepared under another name, under which Chronicle looks for
 * it: it waits for the writer of an empty file of the right one.
 */
final class Reservation {
  /** Ours: a thousand entries. */
  static final int AHEAD_BYTES = 64 << 10;

  /** What one entry may need: itself and two new index tables of 2 KB. */
  private static final int MARGIN_BYTES = 8 << 10;

  /** Instead of the file's own ending; Chronicle's PrecreatedFiles. */
  static final String PREPARED = ".precreated";

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 16).asReadOnlyBuffer();

  private final Path file;
  private long reservedTo;

  /**
   * For a file whose content ends at {@code end}; it is prepared when it is missing.
   *
   * @param end everything behind it is zeros or missing
   */
  Reservation(Path file, long end) {
    this.file = file;
    this.reservedTo = end;
  }

  Path file() {
    return file;
  }

  /**
   * Makes room behind {@code position}, if there is not enough.
   *
   * @throws IOException when the disk has none, or less than is to be left for others
   */
  void ensure(long position, long freeBytesMin) throws IOException {
    if (reservedTo - position >= MARGIN_BYTES) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    long free = folder == null ? 0 : Files.getFileStore(folder).getUsableSpace();
    if (free < freeBytesMin + AHEAD_BYTES) {
      throw new IOException(folder + ": the disk has " + (free >> 10) + " KB left");
    }
    long target = position + AHEAD_BYTES;
    Path place = Files.exists(file) ? file : prepared();
    try (FileChannel channel =
        FileChannel.open(place, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      while (reservedTo < target) {
        ByteBuffer zeros = ZEROS.duplicate();
        zeros.limit((int) Math.min(zeros.capacity(), target - reservedTo));
        reservedTo += channel.write(zeros, reservedTo);
      }
    }
  }

  private Path prepared() {
    String name = String.valueOf(file.getFileName());
    return file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + PREPARED);
  }
}
