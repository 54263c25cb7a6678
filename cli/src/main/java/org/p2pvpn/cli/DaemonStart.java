package org.p2pvpn.cli;

import java.io.IOException;
import org.p2pvpn.overlay.node.NodeConfig;
import picocli.CommandLine;

/** {@code up} and {@code serve} from the settings on: print, run in the background, or run here. */
final class DaemonStart {
  private final Cli cli;
  private final NodeOptions options;
  private final NodeConfig config;

  DaemonStart(Cli cli, NodeOptions options, NodeConfig config) {
    this.cli = cli;
    this.options = options;
    this.config = config;
  }

  int run(CommandLine command, boolean offerInvite) throws IOException, InterruptedException {
    if (options.dryRun()) {
      cli.runtime().plan(config).forEach(cli.console().out()::println);
      return Exit.OK;
    }
    String name = command.getCommandName();
    Privileges.require(name);
    boolean secretsMayBeShown = !options.detached() && !cli.console().underSystemd();
    if (options.detach()) {
      return new Detach(cli, options, config)
          .run(command.getParent().getParseResult().originalArgs(), offerInvite);
    }
    return new DaemonRun(cli, options, config).run(offerInvite && secretsMayBeShown);
  }
}
