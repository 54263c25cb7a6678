package org.p2pvpn.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.node.NodeConfig;
import org.p2pvpn.overlay.node.config.EffectiveConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "down",
    sortOptions = false,
    header = {
      "Stops the node and puts the host back as it was.",
      "",
      "Examples:",
      "  sudo p2pvpn down",
      ""
    },
    footer = {"", "When the node is dead already, undoes what it left, the kill switch too."})
final class DownCommand implements Callable<Integer> {
  /** Ours: undoing takes a second; beyond this something hangs. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final long POLL_MILLIS = 20;

  private final Cli cli;

  @Mixin private PlaceOptions places = new PlaceOptions();

  DownCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    AdminClient client = places.client(cli.console());
    long pid;
    try {
      pid = client.ask("down", "{}").number("pid", 0);
    } catch (ControlException e) {
      if (e.exitCode() == Exit.NOT_RUNNING && Privileges.mayChangeHost()) {
        return undoWhatIsLeft(e);
      }
      throw e;
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      // Both: an up right behind us must find neither its lock nor its socket taken.
      boolean alive = ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
      if (!alive && isGone(client)) {
        cli.console().err().println("stopped");
        return Exit.OK;
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new ControlException(
        Exit.FAILURE,
        "the daemon was asked to stop and is still there after " + PATIENCE.toSeconds() + " s",
        "p2pvpn status");
  }

  private static boolean isGone(AdminClient client) {
    try {
      client.ask("status", "{}");
      return false;
    } catch (ControlException e) {
      return e.exitCode() == Exit.NOT_RUNNING;
    }
  }

  private int undoWhatIsLeft(ControlException notRunning) {
    EffectiveConfig effective = places.resolve(cli.console());
    NodeConfig config = effective.toNodeConfig();
    int left = cli.runtime().changesInForce(config);
    List<String> obstacles = cli.runtime().cleanUp(config, false);
    obstacles.forEach(cli.console().err()::println);
    if (!obstacles.isEmpty()) {
      return Exit.FAILURE;
    }
    if (left == 0) {
      throw notRunning;
    }
    cli.console().err().println("it was not running; the " + left + " changes it left are undone");
    return Exit.OK;
  }
}
