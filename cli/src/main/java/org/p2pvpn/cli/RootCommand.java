package org.p2pvpn.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "p2pvpn",
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    header = {
      "A peer-to-peer VPN: every host a peer, nobody a server.",
      "",
      "Examples:",
      "  sudo p2pvpn up                      start here; prints an invite",
      "  sudo p2pvpn up 'p2pvpn://...'       join from another machine",
      "  sudo p2pvpn up --exit bob           all traffic leaves by bob",
      "  p2pvpn status                       how it is",
      "  sudo p2pvpn down                    stop; the host is as before",
      "  sudo p2pvpn lab                     see it work on this machine alone",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 ok, 1 failure, 2 usage, 3 not running, 4 not connected, 5 degraded,",
      "69 missing requirement, 77 needs root, 78 bad configuration, 130 interrupted."
    })
final class RootCommand implements Runnable {
  private final Cli cli;

  @Spec private CommandSpec spec = CommandSpec.create();

  RootCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public void run() {
    if (cli.console().outTerminal()) {
      spec.commandLine().usage(cli.console().out());
      return;
    }
    throw new ParameterException(spec.commandLine(), "expected a command");
  }
}
