package org.p2pvpn.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.p2pvpn.overlay.admin.DaemonLock;
import org.p2pvpn.overlay.node.NodeConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "cleanup",
    sortOptions = false,
    header = {
      "Undoes what a dead daemon left on the host; doing it twice does no harm.",
      "",
      "Examples:",
      "  sudo p2pvpn cleanup",
      ""
    })
final class CleanupCommand implements Callable<Integer> {
  private final Cli cli;

  @Mixin private PlaceOptions places = new PlaceOptions();

  @Option(
      names = "--after-stop",
      description = {
        "For systemd's ExecStopPost: after a failure the kill switch stays closed until the",
        "restart, or until p2pvpn down."
      })
  private boolean afterStop;

  CleanupCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    Console console = cli.console();
    Privileges.require("cleanup");
    NodeConfig config = places.resolve(console).toNodeConfig();
    // systemd.exec(5): "success" is a stop that was asked for, or an exit with code 0.
    String result = console.environment().getOrDefault("SERVICE_RESULT", "success");
    boolean keepKillSwitch = afterStop && !result.equals("success");
    try (DaemonLock _ = DaemonLock.acquire(config.statePath(), config.socketPath())) {
      int left = cli.runtime().changesInForce(config);
      List<String> obstacles = cli.runtime().cleanUp(config, keepKillSwitch);
      obstacles.forEach(console.err()::println);
      if (keepKillSwitch) {
        console.err().println("the kill switch stays as it was; open it: sudo p2pvpn down");
      } else if (obstacles.isEmpty()) {
        console.err().println(left == 0 ? "nothing to undo" : "undone: " + left + " changes");
      }
      return obstacles.isEmpty() ? Exit.OK : Exit.FAILURE;
    }
  }
}
