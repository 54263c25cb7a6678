package org.p2pvpn.cli;

import picocli.CommandLine.Command;

@Command(
    name = "peers",
    sortOptions = false,
    header = {
      "Lists the peers.",
      "",
      "Examples:",
      "  p2pvpn peers",
      "  p2pvpn peers --json | jq '.peers[].name'",
      ""
    })
final class PeersCommand extends AskCommand {
  PeersCommand(Cli cli) {
    super(cli, "peers");
  }
}
