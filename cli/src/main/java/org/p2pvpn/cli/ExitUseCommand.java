package org.p2pvpn.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "use",
    sortOptions = false,
    header = {
      "Moves this host's traffic to another exit: a peer, or any exit of a country.",
      "",
      "Examples:",
      "  sudo p2pvpn exit use bob",
      "  sudo p2pvpn exit use SE",
      ""
    })
final class ExitUseCommand extends AskCommand {
  @Parameters(paramLabel = "PEER|COUNTRY", description = "A peer's name, or two capital letters.")
  private String exit = "";

  ExitUseCommand(Cli cli) {
    super(cli, "exit-use");
  }

  @Override
  String arguments() {
    return "\"exit\":" + FlatJson.quote(exit);
  }
}
