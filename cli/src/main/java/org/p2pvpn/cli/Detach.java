package org.p2pvpn.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.node.NodeConfig;

/** Starts this very command again in a session of its own and waits until it works. */
final class Detach {
  private static final long POLL_MILLIS = 50;

  /** Ours: the start itself, before any peer was asked. */
  private static final long START_SECONDS = 20;

  /** Ours: older lines are of no use to anybody who starts it anew. */
  private static final long LOG_BYTES_MAX = 10 << 20;

  private final Cli cli;
  private final NodeOptions options;
  private final NodeConfig config;
  private final Path log;
  private long logShown;

  Detach(Cli cli, NodeOptions options, NodeConfig config) {
    this.cli = cli;
    this.options = options;
    this.config = config;
    this.log = config.statePath().resolve("p2pvpn.log");
  }

  int run(List<String> arguments, boolean offerInvite) throws IOException, InterruptedException {
    prepareLog();
    Process child =
        new ProcessBuilder(command(arguments))
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectErrorStream(true)
            .start();
    AdminClient client = new AdminClient(config.socketPath());
    long deadline =
        System.nanoTime()
            + TimeUnit.SECONDS.toNanos(START_SECONDS)
            + config.connectTimeout().toNanos();
    while (System.nanoTime() < deadline) {
      if (child.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        showLog();
        int code = child.exitValue();
        return code == Exit.OK ? Exit.FAILURE : code;
      }
      showLog();
      if (isReady(client)) {
        cli.console()
            .err()
            .println("running in the background, pid " + child.pid() + ", log " + log);
        if (offerInvite) {
          offerInvite(client);
        }
        return Exit.OK;
      }
    }
    throw new ControlException(
        Exit.NOT_CONNECTED,
        "running in the background, pid " + child.pid() + ", and not connected yet",
        "p2pvpn status; p2pvpn doctor; log " + log);
  }

  private void offerInvite(AdminClient client) {
    try {
      String invite = client.ask("invite", "{\"format\":\"text\"}").text().strip();
      cli.console().err().println("let another machine in, once, within an hour:");
      cli.console().out().println("sudo p2pvpn up '" + invite + "'");
    } catch (ControlException e) {
      // It runs all the same.
      cli.console().err().println("no invite: " + e.getMessage());
    }
  }

  private boolean isReady(AdminClient client) {
    try {
      String state = client.ask("status", "{}").events().getOrDefault("state", "");
      return !options.waits() || state.equals("up");
    } catch (ControlException _) {
      return false;
    }
  }

  private static List<String> command(List<String> arguments) {
    String launcher = System.getProperty("p2pvpn.launcher", "");
    List<String> command = new ArrayList<>(List.of("setsid"));
    if (launcher.isEmpty()) {
      // Not by the launcher, as in tests. The kernel's copy of a long command line is cut off.
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add(System.getProperty("sun.java.command").split(" ", 2)[0]);
    } else {
      command.add(launcher);
    }
    arguments.stream().filter(argument -> !argument.equals("--detach")).forEach(command::add);
    command.add("--detached");
    return command;
  }

  private void prepareLog() throws IOException {
    var folderMode = PosixFilePermissions.fromString("rwx------");
    if (!Files.isDirectory(config.statePath())) {
      Files.createDirectories(config.statePath(), PosixFilePermissions.asFileAttribute(folderMode));
    }
    var fileMode =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Set<StandardOpenOption> create = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try (var file = Files.newByteChannel(log, create, fileMode)) {
      if (file.size() > LOG_BYTES_MAX) {
        file.truncate(0);
      }
      logShown = file.size();
    } catch (IOException e) {
      throw new ControlException(
          Exit.FAILURE,
          log + ": cannot be written: " + e.getMessage(),
          "p2pvpn up without --detach");
    }
  }

  /** What the child said since the last time. */
  private void showLog() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long length = file.length();
      byte[] news = new byte[Math.clamp(length - logShown, 0, 1 << 16)];
      file.seek(logShown);
      file.readFully(news);
      logShown += news.length;
      cli.console().err().print(new String(news, StandardCharsets.UTF_8));
      cli.console().err().flush();
    }
  }
}
