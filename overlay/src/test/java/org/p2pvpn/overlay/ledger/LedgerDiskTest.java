package org.p2pvpn.overlay.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Disks that are full or read-only: a small tmpfs of the test's own. Skipped aloud without root.
 */
final class LedgerDiskTest {
  private static final Ledger.Timing OFTEN =
      new Ledger.Timing(Duration.ZERO, Duration.ZERO, Duration.ofMillis(50));

  /** Leaves nothing to others, so that the disk really is full. */
  private static final Limits LIMITS = new Limits(Duration.ofDays(30), 64L << 20, 16L << 20, 0);

  @TempDir private Path temporary;
  private Path disk;
  private long clockMillis = System.currentTimeMillis();

  @BeforeEach
  void mount() throws Exception {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "needs root to mount a small disk");
    disk = Files.createDirectory(temporary.resolve("disk"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=1m", "p2pvpn-test", disk.toString()) == 0,
        "needs the right to mount a small disk");
  }

  /** Every write found its disk: nothing was torn. */
  private void assertNothingAside() throws IOException {
    try (Stream<Path> files = Files.list(disk.resolve("ledger"))) {
      assertThat(files).noneMatch(file -> file.toString().contains("aside"));
    }
  }

  @AfterEach
  void unmount() throws Exception {
    if (disk != null) {
      run("umount", "-l", disk.toString());
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private Ledger start() {
    Ledger ledger =
        new Ledger(new ChronicleJournal(disk.resolve("ledger"), LIMITS), OFTEN, () -> clockMillis);
    ledger.start();
    return ledger;
  }

  private static void append(Ledger ledger) {
    ledger.append(new Observation.BusySeen(LedgerTest.NODE));
  }

  private static void awaitAppended(Ledger ledger) throws InterruptedException {
    long before = ledger.report().appended();
    LedgerTest.await(
        () -> {
          append(ledger);
          return ledger.report().appended() > before;
        });
  }

  private static void awaitLost(Ledger ledger) throws InterruptedException {
    long before = ledger.report().lost();
    LedgerTest.await(
        () -> {
          for (int i = 0; i < 50; i++) {
            append(ledger);
          }
          return ledger.report().lost() > before;
        });
  }

  private Path fill() throws IOException {
    Path filler = disk.resolve("filler" + System.nanoTime());
    try (OutputStream out = Files.newOutputStream(filler)) {
      byte[] page = new byte[4096];
      while (true) {
        out.write(page);
      }
    } catch (IOException _) {
      return filler;
    }
  }

  @Test
  void aDiskThatWasFullFromTheStart() throws Exception {
    Path filler = fill();
    try (Ledger ledger = start()) {
      awaitLost(ledger);
      Files.delete(filler);
      awaitAppended(ledger);
      assertThat(ledger.report().trouble()).isEmpty();
    }
  }

  /** What was reserved is written; then there is no more; then there is again. */
  @Test
  void aDiskThatFillsUpWhileWeWrite() throws Exception {
    try (Ledger ledger = start()) {
      for (int round = 0; round < 3; round++) {
        awaitAppended(ledger);
        Path filler = fill();
        awaitLost(ledger);
        assertThat(ledger.report().trouble()).isNotEmpty();
        Files.delete(filler);
        awaitAppended(ledger);
      }
      long appended = ledger.report().appended();
      assertThat(ledger.replay(_ -> {}).get(30, TimeUnit.SECONDS).entries())
          .isGreaterThanOrEqualTo(appended);
    }
    assertNothingAside();
  }

  /** The next period's file finds no room. */
  @Test
  void aDiskThatIsFullWhenThePeriodEnds() throws Exception {
    try (Ledger ledger = start()) {
      awaitAppended(ledger);
      Path filler = fill();
      clockMillis += Shelf.PERIOD_MILLIS;
      awaitLost(ledger);
      Files.delete(filler);
      awaitAppended(ledger);
    }
    assertNothingAside();
  }

  @Test
  void aLedgerThatFillsTheDiskItself() throws Exception {
    try (Ledger ledger = start()) {
      LedgerTest.await(
          () -> {
            for (int i = 0; i < 1000; i++) {
              append(ledger);
            }
            return ledger.report().trouble().contains("KB left");
          });
      assertThat(ledger.report().appended()).isGreaterThan(5_000);
    }
    assertNothingAside();
  }

  @Test
  void aDiskThatIsReadOnlyAndLaterNot() throws Exception {
    assertThat(run("mount", "-o", "remount,ro", disk.toString())).isZero();
    try (Ledger ledger = start()) {
      awaitLost(ledger);
      assertThat(ledger.report().trouble()).isNotEmpty();
      assertThat(run("mount", "-o", "remount,rw", disk.toString())).isZero();
      awaitAppended(ledger);
    }
  }

  @Test
  void aFolderThatIsAFile() throws Exception {
    Files.writeString(disk.resolve("ledger"), "no folder");
    try (Ledger ledger = start()) {
      awaitLost(ledger);
      Files.delete(disk.resolve("ledger"));
      awaitAppended(ledger);
    }
  }

  @Test
  void aFolderThatIsDeletedUnderOurHands() throws Exception {
    try (Ledger ledger = start()) {
      awaitAppended(ledger);
      run("rm", "-r", disk.resolve("ledger").toString());
      clockMillis += Shelf.PERIOD_MILLIS;
      append(ledger);
      awaitAppended(ledger);
    }
  }
}
