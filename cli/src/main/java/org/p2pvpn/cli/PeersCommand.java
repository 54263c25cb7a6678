package org.p2pvpn.cli;

import picocli.CommandLine.Command;

@Command(
    name = "peers",
    sortOptions = false,
    header = {
      "Lists the peers; find asks the network for others.",
      "",
      "Examples:",
      "  p2pvpn peers",
      "  p2pvpn peers find SE",
      "  p2pvpn peers --json | jq '.peers[].name'",
      ""
    })
final class PeersCommand extends AskCommand {
  PeersCommand(Cli cli) {
    super(cli, "peers");
  }
}
