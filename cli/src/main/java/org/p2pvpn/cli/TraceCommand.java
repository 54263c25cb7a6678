package org.p2pvpn.cli;

import picocli.CommandLine.Command;

@Command(
    name = "trace",
    sortOptions = false,
    header = {
      "Asks every hop of the path in use for an echo: how far it is, and what it can tell about you.",
      "",
      "Examples:",
      "  sudo p2pvpn trace",
      "  sudo p2pvpn trace --json | jq '.trace[].rttMillis'",
      ""
    })
final class TraceCommand extends AskCommand {
  TraceCommand(Cli cli) {
    super(cli, "trace");
  }
}
