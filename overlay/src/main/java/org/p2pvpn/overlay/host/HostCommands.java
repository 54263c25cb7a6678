package org.p2pvpn.overlay.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Runs `ip`, `nft` and `resolvectl`; never a shell, never without a limit of time. */
public class HostCommands {
  /** Ours: nft on a busy machine waits for its lock; nothing of what we run takes a second. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** Where distributions keep ip and nft; a daemon's PATH often lacks the sbin half. */
  private static final List<String> FOLDERS =
      List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/local/bin");

  /** What a command answered; {@code status} is its exit status. */
  public record Outcome(List<String> command, int status, String output, String errors) {
    public boolean succeeded() {
      return status == 0;
    }
  }

  /** Runs a command to its end, whatever its status. */
  public Outcome run(List<String> command, String input) {
    List<String> words = new ArrayList<>(command);
    words.set(0, find(command.getFirst()).toString());
    ProcessBuilder builder = new ProcessBuilder(words);
    // Messages are matched ("No such process"); a translated one would not be.
    builder.environment().put("LC_ALL", "C");
    try {
      Process process = builder.start();
      FutureTask<String> output = reader(process.getInputStream());
      FutureTask<String> errors = reader(process.getErrorStream());
      write(process, input);
      if (!process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new HostException(
            "`%s`: no end after %d s".formatted(shown(command), TIMEOUT.toSeconds()),
            "p2pvpn doctor");
      }
      return new Outcome(command, process.exitValue(), output.get(), errors.get());
    } catch (IOException | ExecutionException e) {
      throw new HostException(
          "`%s`: %s".formatted(shown(command), e.getMessage()), "p2pvpn doctor", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HostException("`%s`: interrupted".formatted(shown(command)), "", e);
    }
  }

  /** Runs a command that must succeed. */
  public String require(List<String> command, String input) {
    Outcome outcome = run(command, input);
    if (!outcome.succeeded()) {
      throw CommandFailure.explain(outcome);
    }
    return outcome.output();
  }

  /** Whether a command of that name is installed. */
  public boolean has(String name) {
    return FOLDERS.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
  }

  static Path find(String name) {
    return FOLDERS.stream()
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> CommandFailure.missing(name));
  }

  private static void write(Process process, String input) throws IOException {
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // A command that failed at once has closed its end; its status and stderr say why.
      if (process.isAlive() && !"Broken pipe".equals(e.getMessage())) {
        throw e;
      }
    }
  }

  /** Both pipes are read while it runs: a ruleset is larger than a pipe holds. */
  private static FutureTask<String> reader(InputStream stream) {
    FutureTask<String> task =
        new FutureTask<>(
            () -> {
              try (stream) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    Thread.ofPlatform().daemon().name("host-command").start(task);
    return task;
  }

  static String shown(List<String> command) {
    return String.join(" ", command);
  }
}
