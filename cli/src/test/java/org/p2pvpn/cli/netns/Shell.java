package org.p2pvpn.cli.netns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/** Other programs, and waiting for what they do. */
final class Shell {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long POLL_MILLIS = 10;

  /** How a program ended and what it wrote, both streams together. */
  record Answer(int status, String text) {
    String mustSucceed(Object what) {
      if (status != 0) {
        throw new AssertionError(what + ": ended with " + status + ":\n" + text);
      }
      return text;
    }
  }

  private Shell() {}

  static Answer run(List<String> command) {
    return run(command, Map.of(), PATIENCE);
  }

  /** One that does not end in time is killed, with status -1. */
  static Answer run(List<String> command, Map<String, String> environment, Duration patience) {
    try {
      Path output = Files.createTempFile("p2it", ".out");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly().waitFor();
        }
        return new Answer(ended ? process.exitValue() : -1, Files.readString(output));
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static String must(String words) {
    return run(List.of(words.split(" "))).mustSucceed(words);
  }

  static void waitFor(String what, BooleanSupplier condition) {
    waitFor(what, Duration.ofSeconds(20), condition, () -> "");
  }

  /** Polls, and says what it saw when the time is over. */
  static void waitFor(
      String what, Duration patience, BooleanSupplier condition, Supplier<String> seen) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "not within %d s: %s\n%s".formatted(patience.toSeconds(), what, seen.get()));
      }
      pause(POLL_MILLIS);
    }
  }

  /** Does all of it at the same time; fails as one of them did. */
  static void together(List<Runnable> tasks) {
    CompletableFuture<?>[] running =
        tasks.stream()
            .map(task -> CompletableFuture.runAsync(task, Thread::startVirtualThread))
            .toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(running).join();
    } catch (CompletionException e) {
      throw new AssertionError(e.getCause());
    }
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static AssertionError interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new AssertionError("interrupted", e);
  }

  /** Skips the test aloud where a client program is missing. */
  static void needs(String... programs) {
    for (String program : programs) {
      boolean found =
          List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin").stream()
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
      assume(found, "needs the program " + program);
    }
  }

  static void assume(boolean condition, String why) {
    if (!condition) {
      System.err.println("SKIPPED: " + why);
    }
    Assumptions.assumeTrue(condition, "SKIPPED: " + why);
  }

  /** The machine's load of the last minute, for beside a figure. */
  static String load() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A number that a long run raises: {@code -Dp2pvpn.it.NAME=...}. */
  static int number(String name, int inCi) {
    return Integer.getInteger("p2pvpn.it." + name.toLowerCase(Locale.ROOT), inCi);
  }
}
