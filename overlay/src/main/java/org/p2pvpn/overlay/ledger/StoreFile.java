package org.p2pvpn.overlay.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One of Chronicle's data files, looked at without Chronicle, which believes what it reads: it
 * waits for seconds for a half-written document's writer, who is dead, and never looks behind a
 * hole.
 *
 * <p>The format: documents, each behind a little-endian word and at a multiple of four. The word's
 * low 30 bits are the length, bit 31 says that it is not complete, bit 30 that it is Chronicle's
 * own; both bits and no length end the file. The first word that is zero is where the next document
 * goes, and behind it everything is zero.
 */
final class StoreFile implements AutoCloseable {
  private static final int NOT_COMPLETE = 1 << 31;
  private static final int OWN = 1 << 30;
  private static final int END = NOT_COMPLETE | OWN;
  private static final int LENGTH = OWN - 1;

  /** The type of the first document, which is Chronicle's own and describes the file. */
  private static final byte[] SIGN = "SCQStore".getBytes(StandardCharsets.US_ASCII);

  private static final int SIGN_AT = 14;

  /** Ours: the longest document is a table of 2 KB, and one is written at a time. */
  private static final int HALF_WRITTEN_BYTES_MAX = 1 << 12;

  private static final int ENTRY_BYTES_MAX = (4 + ObservationBytes.BYTES_MAX + 3) & -4;

  /** Read, not mapped: a mapped file that somebody cuts off takes the process with it. */
  private final FileChannel channel;

  private final ByteBuffer window = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
  private final long size;
  private long windowAt;

  private StoreFile(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.READ);
    size = channel.size();
    window.limit(0);
  }

  /** Where the next document would go, or -1 when the file is torn or none of Chronicle's. */
  static long end(Path file) throws IOException {
    try (StoreFile store = new StoreFile(file)) {
      return store.end();
    }
  }

  /**
   * Takes back the document that a killed process was about to write; a file that is damaged
   * otherwise stays as it is.
   */
  static void cutHalfWritten(Path file) throws IOException {
    long from;
    long to;
    try (StoreFile store = new StoreFile(file)) {
      from = store.walk();
      to = store.size;
      if (from <= 0 || from + 4 > to || !store.isHalfWritten(from)) {
        return;
      }
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      int bytes = (int) Math.min(to - from, HALF_WRITTEN_BYTES_MAX);
      for (ByteBuffer zeros = ByteBuffer.allocate(bytes); zeros.hasRemaining(); ) {
        channel.write(zeros, from + zeros.position());
      }
    }
  }

  private boolean isHalfWritten(long at) throws IOException {
    int word = intAt(at);
    if (word == 0) {
      // Chronicle writes what an entry says before the word in front of it.
      return isZeroFrom(at + ENTRY_BYTES_MAX);
    }
    return word != END && (word & NOT_COMPLETE) != 0 && isZeroFrom(at + HALF_WRITTEN_BYTES_MAX);
  }

  private long end() throws IOException {
    long at = walk();
    if (at < 0 || at == size) {
      return at;
    }
    int word = intAt(at);
    return word == END || (word == 0 && isZeroFrom(at)) ? at : -1;
  }

  /** Where the complete documents end, or -1 when the file is none of Chronicle's, or cut off. */
  private long walk() throws IOException {
    long at = 0;
    while (at + 4 <= size) {
      int word = intAt(at);
      if (word == 0 || (word & NOT_COMPLETE) != 0) {
        return at;
      }
      if (at == 0 && ((word & OWN) == 0 || !isSigned())) {
        return -1;
      }
      at = (at + 4 + (word & LENGTH) + 3) & -4L;
    }
    return at == size ? at : -1;
  }

  private boolean isSigned() {
    return window.limit() >= SIGN_AT + SIGN.length
        && window.slice(SIGN_AT, SIGN.length).equals(ByteBuffer.wrap(SIGN));
  }

  private boolean isZeroFrom(long from) throws IOException {
    long at = from;
    for (; at + 4 <= size; at += 4) {
      if (intAt(at) != 0) {
        return false;
      }
    }
    return true;
  }

  /** At a multiple of four. */
  private int intAt(long at) throws IOException {
    if (at < windowAt || at + 4 > windowAt + window.limit()) {
      windowAt = at;
      window.clear();
      while (window.hasRemaining() && channel.read(window, at + window.position()) > 0) {
        // As much as there is.
      }
      window.flip();
      if (window.limit() < 4) {
        throw new IOException("the file became shorter while it was read");
      }
    }
    return window.getInt((int) (at - windowAt));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
