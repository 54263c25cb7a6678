package org.p2pvpn.overlay.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChronicleJournalTest {
  private static final Limits LIMITS =
      new Limits(Duration.ofDays(30), 64L << 20, 16L << 20, 1 << 20);

  /** 2026-11-21 00:00 UTC, where a period begins. */
  private static final long NOW = 1_795_219_200_000L;

  private static final long PERIOD = Shelf.PERIOD_MILLIS;

  @TempDir private Path folder;

  private static Entry rtt(long atMillis, long micros) {
    return new Entry(atMillis, new Observation.RttMeasured(LedgerTest.NODE, micros));
  }

  private ChronicleJournal open(Limits limits, long now) throws IOException {
    ChronicleJournal journal = new ChronicleJournal(folder, limits);
    journal.open(now);
    return journal;
  }

  private void write(long atMillis, int count) throws IOException {
    try (ChronicleJournal journal = open(LIMITS, atMillis)) {
      for (int i = 0; i < count; i++) {
        assertThat(journal.append(rtt(atMillis + i, i))).isTrue();
      }
    }
  }

  private List<Entry> read(long now) throws IOException {
    try (ChronicleJournal journal = open(LIMITS, now)) {
      List<Entry> read = new ArrayList<>();
      Replayed replayed = journal.replay(read::add);
      assertThat(replayed).isEqualTo(new Replayed(read.size(), 0, ""));
      return read;
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private List<String> periods() throws IOException {
    return names().stream().filter(name -> name.endsWith(".cq4")).toList();
  }

  @Test
  void anotherProcessReadsWhatOneWroteInOrder() throws IOException {
    write(NOW, 1000);
    write(NOW + PERIOD, 10);
    write(NOW + 3 * PERIOD, 10);
    List<Entry> read = read(NOW + 3 * PERIOD);
    assertThat(read).hasSize(1020).isSortedAccordingTo(Comparator.comparingLong(Entry::atMillis));
    assertThat(periods())
        .containsExactly("20261121-00VI.cq4", "20261121-06VI.cq4", "20261121-18VI.cq4");
  }

  @Test
  void whatIsAppendedIsReplayedByTheSameJournal() throws IOException {
    try (ChronicleJournal journal = open(LIMITS, NOW)) {
      journal.append(rtt(NOW, 1));
      journal.append(rtt(NOW + PERIOD, 2));
      List<Entry> read = new ArrayList<>();
      journal.replay(read::add);
      journal.append(rtt(NOW + PERIOD, 3));
      journal.replay(read::add);
      assertThat(read).hasSize(5);
    }
  }

  @Test
  void filesAreSmallAndTheFolderIsPrivate() throws IOException {
    Path inner = folder.resolve("ledger");
    try (ChronicleJournal journal = new ChronicleJournal(inner, LIMITS)) {
      journal.open(NOW);
      journal.append(rtt(NOW, 1));
    }
    assertThat(Files.size(inner.resolve("20261121-00VI.cq4"))).isLessThan(200_000);
    assertThat(Files.getPosixFilePermissions(inner)).hasSize(3);
  }

  @Test
  void filesThatAreTooOldAreDeletedAtStartAndWhileItRuns() throws IOException {
    write(NOW, 1);
    write(NOW + PERIOD, 1);
    try (ChronicleJournal journal = open(LIMITS, NOW + PERIOD)) {
      long month = TimeUnit.DAYS.toMillis(30);
      journal.append(rtt(NOW + month + PERIOD - 1, 1));
      journal.tidy(NOW + month + PERIOD - 1);
      assertThat(periods()).hasSize(3);
      journal.tidy(NOW + month + PERIOD + 1);
      assertThat(periods()).containsExactly("20261121-06VI.cq4", "20261221-00VI.cq4");
      journal.append(rtt(NOW + month + PERIOD, 1));
    }
    open(LIMITS, NOW + TimeUnit.DAYS.toMillis(300)).close();
    assertThat(periods()).isEmpty();
  }

  @Test
  void theOldestGoWhenThereIsTooMuchWithoutBeingAsked() throws IOException {
    Limits small = new Limits(Duration.ofDays(30), 2 << 20, 512 << 10, 1 << 20);
    try (ChronicleJournal journal = open(small, NOW)) {
      for (int period = 0; period < 40; period++) {
        for (int i = 0; i < 1000; i++) {
          journal.append(rtt(NOW + period * PERIOD, i));
        }
      }
      long bytes = 0;
      for (String name : periods()) {
        bytes += Files.size(folder.resolve(name));
      }
      assertThat(bytes).isBetween(1L << 20, 2L << 20);
      List<Entry> read = new ArrayList<>();
      journal.replay(read::add);
      assertThat(read.getLast().atMillis()).isEqualTo(NOW + 39 * PERIOD);
    }
  }

  @Test
  void aFloodInOnePeriodDoesNotPushOutTheOthers() throws IOException {
    Limits small = new Limits(Duration.ofDays(30), 2 << 20, 512 << 10, 1 << 20);
    write(NOW, 10);
    try (ChronicleJournal journal = open(small, NOW + PERIOD)) {
      int kept = 0;
      for (int i = 0; i < 20_000; i++) {
        kept += journal.append(rtt(NOW + PERIOD, i)) ? 1 : 0;
      }
      assertThat(kept).isBetween(5_000, 10_000);
      assertThat(journal.append(rtt(NOW + 2 * PERIOD, 1))).isTrue();
      journal.tidy(NOW + 2 * PERIOD);
    }
    assertThat(periods()).hasSize(3);
  }

  @Test
  void aTornFileIsMovedAsideAndTheRestIsRead() throws IOException {
    write(NOW, 100);
    write(NOW + PERIOD, 100);
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve("20261121-06VI.cq4").toFile(), "rw")) {
      // A page that never reached the disk.
      file.seek(8192);
      file.write(new byte[64]);
    }
    assertThat(read(NOW + PERIOD)).hasSize(100);
    assertThat(names()).anyMatch(name -> name.startsWith("20261121-06VI.cq4.aside-"));
    write(NOW + PERIOD, 5);
    assertThat(read(NOW + PERIOD)).hasSize(105);
  }

  /** What a process leaves that is killed while it writes, with the word in front and without. */
  @ParameterizedTest
  @ValueSource(ints = {1 << 31 | 60, 0})
  void aHalfWrittenEntryIsCutOffAndTheOthersAreRead(int word) throws IOException {
    write(NOW, 100);
    Path file = folder.resolve("20261121-00VI.cq4");
    long end = StoreFile.end(file);
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.seek(end);
      raw.writeInt(Integer.reverseBytes(word));
      raw.write(new byte[] {1, 2, 3});
    }
    assertThat(StoreFile.end(file)).isEqualTo(-1);
    assertThat(read(NOW)).hasSize(100);
    write(NOW, 200);
    assertThat(read(NOW)).hasSize(300);
    assertThat(names()).noneMatch(name -> name.contains("aside"));
  }

  /** One is written at a time: what goes on behind it was not left by a kill. */
  @Test
  void aHoleInTheMiddleIsNotTakenForAHalfWrittenEntry() throws IOException {
    write(NOW, 1000);
    Path file = folder.resolve("20261121-00VI.cq4");
    byte[] all = Files.readAllBytes(file);
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.seek(secondDocument(all));
      raw.writeInt(Integer.reverseBytes(1 << 31 | 60));
    }
    byte[] broken = Files.readAllBytes(file);
    StoreFile.cutHalfWritten(file);
    assertThat(Files.readAllBytes(file)).isEqualTo(broken);
  }

  private static long secondDocument(byte[] file) {
    int word = java.nio.ByteBuffer.wrap(file).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(0);
    return (4 + (word & ((1 << 30) - 1)) + 3) & -4L;
  }

  @Test
  void noTruncationOrFlipStopsTheNextStart() throws IOException {
    write(NOW, 50);
    Path file = folder.resolve("20261121-00VI.cq4");
    byte[] good = Files.readAllBytes(file);
    Random random = new Random(7);
    for (int round = 0; round < 60; round++) {
      byte[] bad = good.clone();
      if (round % 3 == 0) {
        bad = Arrays.copyOf(bad, random.nextInt(bad.length));
      } else {
        int where = round % 3 == 1 ? 400 : 9000;
        bad[random.nextInt(where)] ^= (byte) (1 + random.nextInt(255));
      }
      Files.write(file, bad);
      try (ChronicleJournal journal = open(LIMITS, NOW)) {
        journal.replay(_ -> {});
        journal.append(rtt(NOW, 1));
      } catch (IOException e) {
        // Allowed once: then the file was moved aside, and the next try works.
        try (ChronicleJournal journal = open(LIMITS, NOW)) {
          assertThat(journal.append(rtt(NOW, 1))).isTrue();
        }
      }
    }
  }

  @Test
  void foreignFilesAreMovedAside() throws IOException {
    Files.writeString(folder.resolve("20261121-00VI.cq4"), "this is no queue\n".repeat(9000));
    Files.writeString(folder.resolve("metadata.cq4t"), "nor is this a table\n".repeat(9000));
    Files.writeString(folder.resolve("other.cq4"), "");
    Files.writeString(folder.resolve("note.txt"), "left alone");
    write(NOW, 5);
    assertThat(read(NOW)).hasSize(5);
    assertThat(names()).filteredOn(name -> name.contains(".aside-")).hasSize(2);
    assertThat(names()).contains("note.txt");
  }

  @Test
  void asideFilesDoNotPileUp() throws IOException {
    for (int i = 0; i < 8; i++) {
      Files.writeString(folder.resolve("20261121-00VI.cq4"), "foreign " + i);
      open(LIMITS, NOW + i).close();
    }
    assertThat(names()).filteredOn(name -> name.contains(".aside-")).hasSize(3);
  }

  @Test
  void aClockThatGoesBackLosesNothing() throws IOException {
    write(NOW + PERIOD, 10);
    write(NOW + 1000, 10);
    assertThat(read(NOW)).hasSize(20);
    assertThat(periods()).containsExactly("20261121-06VI.cq4");
  }

  @Test
  void aFileFromNextWeekIsMovedAside() throws IOException {
    write(NOW + TimeUnit.DAYS.toMillis(7), 10);
    write(NOW, 10);
    assertThat(read(NOW)).hasSize(10);
  }

  @Test
  void onlyOneJournalWritesInAFolder() throws IOException {
    ChronicleJournal second = new ChronicleJournal(folder, LIMITS);
    try (ChronicleJournal first = open(LIMITS, NOW)) {
      assertThatThrownBy(() -> second.open(NOW)).hasMessageContaining("another process");
      second.close();
      first.append(rtt(NOW, 1));
    }
    second.open(NOW);
    second.close();
  }

  @Test
  void aDiskThatIsNearlyFullIsLeftToOthers() {
    Limits greedy = new Limits(Duration.ofDays(30), 64L << 20, 16L << 20, Long.MAX_VALUE / 2);
    assertThatThrownBy(() -> open(greedy, NOW)).hasMessageContaining("KB left");
  }

  /** The bound is twenty times what it takes here, aggregation included. */
  @Test
  void aMillionObservationsAreReplayedInSeconds() throws IOException {
    Limits roomy = new Limits(Duration.ofDays(30), 256L << 20, 100L << 20, 1 << 20);
    try (ChronicleJournal journal = open(roomy, NOW)) {
      for (int i = 0; i < 1_000_000; i++) {
        assertThat(journal.append(rtt(NOW + i, i))).isTrue();
      }
    }
    Observations observations = new Observations();
    long began = System.nanoTime();
    try (ChronicleJournal journal = open(roomy, NOW)) {
      assertThat(journal.replay(observations::add).entries()).isEqualTo(1_000_000);
    }
    long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    System.out.println("a million observations opened and replayed in " + tookMillis + " ms");
    assertThat(tookMillis).isLessThan(20_000);
    assertThat(observations.histories()).hasSize(1);
  }
}
