package org.p2pvpn.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.node.NodeConfig;
import org.p2pvpn.overlay.node.config.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "serve",
    sortOptions = false,
    header = {
      "Starts the node with a service for others.",
      "",
      "Examples:",
      "  sudo p2pvpn serve --exit",
      "  sudo p2pvpn serve --exit --deny-ports 22,6667",
      ""
    },
    footer = {
      "",
      "An exit answers for what others do: their traffic leaves with this host's address.",
      "Private networks, mail (port 25) and Windows file sharing are closed to them."
    })
final class ServeCommand implements Callable<Integer> {
  private static final String DUTY =
      "as an exit this host's address stands behind what others do; private networks and mail"
          + " are closed to them";

  private final Cli cli;

  @Mixin private NodeOptions node = new NodeOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--exit", required = true, description = "Let peers out to the internet.")
  private boolean exit;

  @Option(
      names = "--dns",
      paramLabel = "ADDRESS",
      split = ",",
      description = "The resolver clients are given; the host's own unless told.")
  private @Nullable List<String> dns;

  @Option(
      names = "--deny",
      paramLabel = "PREFIX",
      split = ",",
      description = "More prefixes clients may not reach.")
  private @Nullable List<String> deny;

  @Option(
      names = "--deny-ports",
      paramLabel = "PORT",
      split = ",",
      description = "More TCP and UDP ports clients may not reach.")
  private @Nullable List<String> denyPorts;

  ServeCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    SettingFlags flags =
        node.flags()
            .on(Setting.SERVE_EXIT, "--exit", exit)
            .list(Setting.SERVE_DNS, "--dns", dns)
            .list(Setting.SERVE_DENY, "--deny", deny)
            .list(Setting.SERVE_DENY_PORTS, "--deny-ports", denyPorts);
    NodeConfig config = node.resolve(cli.console(), flags).toNodeConfig();
    cli.console().err().println(DUTY);
    return new DaemonStart(cli, node, config).run(spec.commandLine(), true);
  }
}
