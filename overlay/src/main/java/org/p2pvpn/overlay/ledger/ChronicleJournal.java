package org.p2pvpn.overlay.ledger;

import java.io.IOException;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.Jvm;
import net.openhft.chronicle.core.io.Closeable;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries in a Chronicle Queue, a file for six hours. It never sees a file that is torn, and writes
 * where there is disk; its own table of contents and locks are thrown away at each start, since the
 * folder's lock is ours and the table is made of the files' names.
 */
final class ChronicleJournal implements Journal {
  private static final Logger LOG = LoggerFactory.getLogger(ChronicleJournal.class);

  private static final RollCycles PERIOD = RollCycles.SIX_HOURLY;

  /**
   * Ours: files of 80 KB instead of 80 MB, and tables of 2 KB that still hold 16 million entries.
   */
  private static final long BLOCK_BYTES = 64 << 10;

  private static final int INDEX_ENTRIES = 256;

  private static final String UNREADABLE = "unreadable";

  /** Nobody else writes, so there is nobody to wait for. */
  private static final long TIMEOUT_MILLIS = 500;

  static {
    // A thread that looks at the disk each second, and a line that asks for an e-mail address.
    System.setProperty("chronicle.disk.monitor.disable", "true");
    System.setProperty("chronicle.announcer.disable", "true");
    // It looks above the working directory for a folder "target" and leaves one in /tmp when there
    // is none; where this property leads it makes a folder too, but there it cannot.
    System.setProperty("project.build.directory", "/proc");
  }

  private final Path folder;
  private final Limits limits;
  private final Shelf shelf;
  private final byte[] bytes = new byte[ObservationBytes.BYTES_MAX];

  /** What Chronicle takes for the time: an entry's, but never before the newest file's. */
  private long clockMillis;

  /** A new file was begun, so that an old one may have to go. */
  private boolean rolled;

  private long position;

  /** Appends that Chronicle could not do, since the last that it could. */
  private int failures;

  private @Nullable Reservation reservation;
  private @Nullable FileChannel lock;
  private @Nullable SingleChronicleQueue queue;
  private @Nullable ExcerptAppender appender;

  ChronicleJournal(Path folder, Limits limits) {
    this.folder = folder;
    this.limits = limits;
    this.shelf = new Shelf(folder, limits);
  }

  @Override
  public void open(long nowMillis) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    lock = lockFolder();
    shelf.deletePrepared();
    shelf.setStrangeFilesAside(nowMillis);
    Files.deleteIfExists(folder.resolve("metadata.cq4t"));
    clockMillis = nowMillis;
    for (Shelf.Period period : shelf.periods()) {
      clockMillis = Math.max(clockMillis, period.beginsMillis());
    }
    shelf.deleteOld(shelf.fileOf(clockMillis), nowMillis);
    reserve();
    try {
      queue = build();
    } catch (Exception e) {
      shelf.setAllAside(nowMillis);
      throw new IOException("the ledger's files cannot be read: " + e, e);
    }
  }

  private FileChannel lockFolder() throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException _) {
      // Another ledger of this process.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new IOException(folder + ": another process writes here");
  }

  private SingleChronicleQueue build() {
    Jvm.setExceptionHandlers(
        (_, message, thrown) -> LOG.debug("chronicle: {}", message, thrown),
        (_, message, thrown) -> LOG.debug("chronicle: {}", message, thrown),
        null,
        null);
    return SingleChronicleQueueBuilder.binary(folder)
        .rollCycle(PERIOD)
        .blockSize(BLOCK_BYTES)
        .indexCount(INDEX_ENTRIES)
        .timeoutMS(TIMEOUT_MILLIS)
        .timeProvider(() -> clockMillis)
        .build();
  }

  /** Room for the current file's next entries. */
  private void reserve() throws IOException {
    Path file = shelf.fileOf(clockMillis);
    Reservation current = reservation;
    if (current == null || !current.file().equals(file)) {
      rolled |= current != null;
      position = Files.exists(file) ? StoreFile.end(file) : 0;
      current = new Reservation(file, position);
    }
    current.ensure(position, limits.freeBytesMin());
    reservation = current;
  }

  @Override
  public boolean append(Entry entry) throws IOException {
    opened();
    clockMillis = Math.max(clockMillis, entry.atMillis());
    reserve();
    if (position >= limits.periodBytes()) {
      return false;
    }
    try {
      write(entry);
    } catch (Exception e) {
      if (!isTheDisks(e)) {
        setAsideAfterFailure();
      }
      throw new IOException("the ledger's file cannot be written: " + e, e);
    }
    failures = 0;
    if (rolled) {
      rolled = false;
      tidy(clockMillis);
    }
    return true;
  }

  private void write(Entry entry) {
    ExcerptAppender to = appender;
    if (to == null) {
      to = opened().createAppender();
      appender = to;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    ObservationBytes.write(entry, buffer);
    try (DocumentContext document = to.writingDocument()) {
      Bytes<?> into = bytesOf(document);
      into.write(bytes, 0, buffer.position());
      position = into.writePosition();
    }
  }

  private static boolean isTheDisks(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException && !(cause instanceof StreamCorruptedException)) {
        return true;
      }
    }
    return false;
  }

  /** First what is written to; when that was not it, everything, so that the next try goes well. */
  private void setAsideAfterFailure() throws IOException {
    if (failures++ == 0) {
      shelf.setAside(shelf.fileOf(clockMillis), UNREADABLE, clockMillis);
    } else {
      shelf.setAllAside(clockMillis);
    }
  }

  @Override
  public Replayed replay(Consumer<Entry> consumer) throws IOException {
    Replay replay = new Replay(consumer);
    while (!replay.isComplete()) {
      // A file that looks whole and is not: without it, and from there on.
      shelf.setAside(replay.at, UNREADABLE, clockMillis);
      close();
      open(clockMillis);
    }
    return new Replayed(replay.entries, replay.unreadable, "");
  }

  /** One walk over all files, which may have to stop and go on. */
  private final class Replay {
    private final Consumer<Entry> consumer;
    private Path at = folder;
    private long entries;
    private long unreadable;
    private int doneCycle = Integer.MIN_VALUE;
    private @Nullable Entry entry;

    Replay(Consumer<Entry> consumer) {
      this.consumer = consumer;
    }

    /** Goes on; false when Chronicle stumbles over the file {@code at}. */
    boolean isComplete() throws IOException {
      List<Shelf.Period> periods = shelf.periods();
      if (periods.isEmpty()) {
        return true;
      }
      at = periods.getFirst().file();
      try (ExcerptTailer tailer = opened().createTailer()) {
        for (Shelf.Period period : periods) {
          int cycle = (int) (period.beginsMillis() / Shelf.PERIOD_MILLIS);
          at = period.file();
          // The tailer goes on into the next file only where a file was properly ended.
          if (cycle > doneCycle && tailer.moveToIndex(PERIOD.toIndex(cycle, 0))) {
            doneCycle = cycle;
            walk(tailer);
            doneCycle = Math.max(cycle, tailer.cycle());
          }
        }
        return true;
      } catch (Exception e) {
        // Chronicle throws checked exceptions that it does not declare.
        LOG.debug("ledger: {}", at, e);
        return false;
      }
    }

    private void walk(ExcerptTailer tailer) {
      while (true) {
        try (DocumentContext document = tailer.readingDocument()) {
          if (!document.isPresent()) {
            return;
          }
          entry = read(bytesOf(document));
        }
        if (entry == null) {
          unreadable++;
        } else {
          entries++;
          give(entry);
        }
      }
    }

    /** The consumer's mistake is no reason to move a file aside. */
    private void give(Entry entry) {
      try {
        consumer.accept(entry);
      } catch (RuntimeException e) {
        throw new AssertionError("the consumer of a replay may not throw", e);
      }
    }
  }

  private static Bytes<?> bytesOf(DocumentContext document) {
    return Objects.requireNonNull(document.wire()).bytes();
  }

  private @Nullable Entry read(Bytes<?> from) {
    long length = from.readRemaining();
    if (length > bytes.length) {
      return null;
    }
    int read = from.read(bytes, 0, (int) length);
    return ObservationBytes.read(ByteBuffer.wrap(bytes, 0, Math.max(0, read)));
  }

  @Override
  public void tidy(long nowMillis) throws IOException {
    if (shelf.deleteOld(shelf.fileOf(clockMillis), nowMillis)) {
      opened().refreshDirectoryListing();
    }
  }

  private SingleChronicleQueue opened() {
    SingleChronicleQueue open = queue;
    if (open == null) {
      throw new IllegalStateException("the journal is not open");
    }
    return open;
  }

  @Override
  public void close() {
    Closeable.closeQuietly(appender, queue);
    appender = null;
    queue = null;
    reservation = null;
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      LOG.debug("ledger: cannot unlock", e);
    }
    lock = null;
  }
}
