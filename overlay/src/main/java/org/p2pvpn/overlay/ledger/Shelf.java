package org.p2pvpn.overlay.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger's folder: one file a period, named after the hour at which the period began, as in
 * {@code 20261121-18VI.cq4}. Decides which files may stay; opens none of them but to look whether
 * it is whole.
 */
final class Shelf {
  private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);

  static final long PERIOD_MILLIS = TimeUnit.HOURS.toMillis(6);

  private static final String SUFFIX = ".cq4";
  private static final String ASIDE = ".aside-";

  /** Ours: enough to look at what happened; older ones are deleted. */
  private static final int ASIDE_MAX = 3;

  /** Ours: a clock may be off by a time zone, but a file from next week is not ours. */
  private static final long FUTURE_MILLIS_MAX = TimeUnit.DAYS.toMillis(1);

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HH'VI'", Locale.ROOT);

  private final Path folder;
  private final Limits limits;

  /** One period's file, oldest first. */
  record Period(Path file, long beginsMillis) implements Comparable<Period> {
    @Override
    public int compareTo(Period other) {
      return Long.compare(beginsMillis, other.beginsMillis);
    }
  }

  Shelf(Path folder, Limits limits) {
    this.folder = folder;
    this.limits = limits;
  }

  Path fileOf(long millis) {
    Instant begins = Instant.ofEpochMilli(millis - Math.floorMod(millis, PERIOD_MILLIS));
    return folder.resolve(NAME.format(LocalDateTime.ofInstant(begins, ZoneOffset.UTC)) + SUFFIX);
  }

  /** Every period's file, oldest first. */
  List<Period> periods() throws IOException {
    List<Period> found = new ArrayList<>();
    for (Path file : files(SUFFIX)) {
      long begins = beginsMillis(file);
      if (begins >= 0) {
        found.add(new Period(file, begins));
      }
    }
    found.sort(null);
    return found;
  }

  /** Deletes what was prepared and never used. */
  void deletePrepared() throws IOException {
    for (Path file : files(Reservation.PREPARED)) {
      Files.deleteIfExists(file);
    }
  }

  /** Moves everything aside that would stop the journal: torn, foreign, from the future. */
  void setStrangeFilesAside(long nowMillis) throws IOException {
    for (Path file : files(SUFFIX)) {
      long begins = beginsMillis(file);
      if (begins < 0 || !Files.isRegularFile(file)) {
        setAside(file, "not one of ours", nowMillis);
        continue;
      }
      if (begins - nowMillis > FUTURE_MILLIS_MAX) {
        setAside(file, "from the future", nowMillis);
        continue;
      }
      StoreFile.cutHalfWritten(file);
      if (StoreFile.end(file) < 0) {
        setAside(file, "torn", nowMillis);
      }
    }
  }

  /** Moves all files aside: they look whole, and cannot be read all the same. */
  void setAllAside(long nowMillis) throws IOException {
    for (Path file : files(SUFFIX)) {
      setAside(file, "unreadable", nowMillis);
    }
  }

  /** Moves one file aside; none of this name is no trouble. */
  void setAside(Path file, String why, long nowMillis) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    Path target = folder.resolve(file.getFileName() + ASIDE + nowMillis);
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
    LOG.warn("ledger: {} is {}: moved aside to {}", file, why, target.getFileName());
    List<Path> aside = files("");
    aside.removeIf(other -> !other.getFileName().toString().contains(ASIDE));
    aside.sort(Comparator.comparingLong(Shelf::asideMillis));
    for (int i = 0; i < aside.size() - ASIDE_MAX; i++) {
      if (Files.isRegularFile(aside.get(i))) {
        Files.deleteIfExists(aside.get(i));
      }
    }
  }

  /**
   * Deletes the oldest files until the rest is young enough, and small enough to leave room for one
   * full period.
   *
   * @param current stays: it is written to
   * @return whether there was one to delete
   */
  boolean deleteOld(Path current, long nowMillis) throws IOException {
    List<Period> periods = periods();
    long bytes = 0;
    for (Period period : periods) {
      bytes += sizeOf(period.file());
    }
    boolean deleted = false;
    for (Period oldest : periods) {
      long endedMillis = oldest.beginsMillis() + PERIOD_MILLIS;
      boolean old = nowMillis - endedMillis > limits.age().toMillis();
      boolean many = bytes > limits.bytes() - limits.periodBytes();
      if (oldest.file().equals(current) || (!old && !many)) {
        break;
      }
      bytes -= sizeOf(oldest.file());
      Files.deleteIfExists(oldest.file());
      deleted = true;
    }
    return deleted;
  }

  private static long sizeOf(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException _) {
      return 0;
    }
  }

  private List<Path> files(String suffix) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(file -> file.getFileName().toString().endsWith(suffix)).forEach(found::add);
    }
    return found;
  }

  private static long asideMillis(Path file) {
    String name = file.getFileName().toString();
    try {
      return Long.parseLong(name.substring(name.lastIndexOf(ASIDE) + ASIDE.length()));
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  /** When this file's period begins, or -1 when it is none of ours. */
  private static long beginsMillis(Path file) {
    String name = file.getFileName().toString();
    try {
      LocalDateTime begins =
          LocalDateTime.parse(name.substring(0, name.length() - SUFFIX.length()), NAME);
      long millis = begins.toInstant(ZoneOffset.UTC).toEpochMilli();
      return millis % PERIOD_MILLIS == 0 ? millis : -1;
    } catch (DateTimeException _) {
      return -1;
    }
  }
}
