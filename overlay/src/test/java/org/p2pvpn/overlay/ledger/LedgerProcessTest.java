package org.p2pvpn.overlay.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ledgers in processes of their own, with a home that the test looks into. */
final class LedgerProcessTest {
  @TempDir private Path folder;
  @TempDir private Path home;

  private Process start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--") || flag.startsWith("-ea"))
        .forEach(command::add);
    command.add("-XX:-UsePerfData");
    command.add("-Duser.home=" + home);
    command.add("-Djava.io.tmpdir=" + home);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(LedgerMain.class.getName(), folder.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.environment().put("HOME", home.toString());
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Reads the process's reports until one is as wanted; null at its end. */
  private static String[] read(BufferedReader lines, Wanted wanted) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (System.nanoTime() < deadline) {
      String line = lines.readLine();
      assertThat(line).as("the process ended").isNotNull();
      if (!line.startsWith("report ")) {
        continue;
      }
      String[] report = line.substring("report ".length()).split(" ", 4);
      if (wanted.holds(Long.parseLong(report[0]), Long.parseLong(report[1]), report[3])) {
        return report;
      }
    }
    throw new AssertionError("waited in vain");
  }

  private interface Wanted {
    boolean holds(long appended, long lost, String trouble);
  }

  private static BufferedReader lines(Process process) {
    return process.inputReader(StandardCharsets.UTF_8);
  }

  @Test
  void theSecondProcessLosesItsObservationsUntilTheFirstIsGone() throws Exception {
    Process first = start();
    Process second = null;
    try (BufferedReader ofFirst = lines(first)) {
      read(ofFirst, (appended, _, _) -> appended > 0);
      second = start();
      try (BufferedReader ofSecond = lines(second)) {
        String[] locked = read(ofSecond, (_, lost, _) -> lost > 0);
        assertThat(locked[3]).contains("another process");
        String[] unharmed = read(ofFirst, (appended, _, _) -> appended > 500);
        assertThat(unharmed[1]).isEqualTo("0");
        first.destroyForcibly().waitFor();
        read(ofSecond, (appended, _, trouble) -> appended > 0 && trouble.isEmpty());
      }
    } finally {
      first.destroyForcibly();
      if (second != null) {
        second.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void whatAKilledProcessHadWrittenIsRead() throws Exception {
    for (int round = 0; round < 3; round++) {
      Process process = start();
      try (BufferedReader lines = lines(process)) {
        String[] report = read(lines, (appended, _, _) -> appended > 300);
        process.destroyForcibly().waitFor();
        try (ChronicleJournal journal = new ChronicleJournal(folder, Limits.DEFAULT)) {
          journal.open(System.currentTimeMillis());
          long entries = journal.replay(_ -> {}).entries();
          assertThat(entries).isGreaterThanOrEqualTo(Long.parseLong(report[0]));
        }
      } finally {
        process.destroyForcibly();
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).noneMatch(file -> file.toString().contains("aside"));
    }
  }

  /** Chronicle's own file of this kind is {@code ~/.chronicle.analytics.client.id}. */
  @Test
  void nothingIsReportedAndNothingIsLeftOutsideTheFolder() throws Exception {
    Process process = start();
    try (BufferedReader lines = lines(process)) {
      String[] report = read(lines, (appended, _, _) -> appended > 300);
      assertThat(report[2]).as("sockets").isEqualTo("0");
    } finally {
      process.destroyForcibly().waitFor();
    }
    try (Stream<Path> files = Files.walk(home)) {
      assertThat(files).containsExactly(home);
    }
    assertThat(System.getProperty("java.class.path")).doesNotContain("chronicle-analytics");
  }
}
