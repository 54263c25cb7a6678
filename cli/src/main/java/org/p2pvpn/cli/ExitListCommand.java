package org.p2pvpn.cli;

import picocli.CommandLine.Command;

@Command(
    name = "list",
    sortOptions = false,
    header = {
      "Lists the nodes that say they are exits: where, how far, how loaded.",
      "",
      "Examples:",
      "  p2pvpn exit list",
      "  p2pvpn exit list --json | jq '.exits[].country'",
      ""
    })
final class ExitListCommand extends AskCommand {
  ExitListCommand(Cli cli) {
    super(cli, "exits");
  }
}
