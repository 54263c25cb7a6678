package org.p2pvpn.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code p2pvpn peers find}. */
@Command(
    name = "find",
    sortOptions = false,
    header = {
      "Asks the network for a node by its id, or for relays and exits of a country.",
      "",
      "Examples:",
      "  p2pvpn peers find SE",
      "  p2pvpn peers find 7f3a19c0... --json | jq '.nodes[].endpoints'",
      ""
    })
final class PeersFindCommand extends AskCommand {
  @Parameters(paramLabel = "ID|COUNTRY", description = "64 hexadecimal digits, or two capitals.")
  private String wanted = "";

  PeersFindCommand(Cli cli) {
    super(cli, "peers-find");
  }

  @Override
  String arguments() {
    return "\"wanted\":" + FlatJson.quote(wanted);
  }
}
