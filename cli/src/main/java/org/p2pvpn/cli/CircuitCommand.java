package org.p2pvpn.cli;

import picocli.CommandLine.Command;

@Command(
    name = "circuit",
    sortOptions = false,
    synopsisSubcommandLabel = "[show|new|set]",
    header = {
      "Shows the paths to the exit: each hop, its round trip, what it can tell about you,",
      "and when the traffic moved from one path to the other. \"circuit new\" takes another path,",
      "\"circuit set\" one of your own.",
      "",
      "Examples:",
      "  p2pvpn circuit",
      "  p2pvpn circuit --json | jq '.circuits[].hops[].name'",
      "  sudo p2pvpn circuit new",
      ""
    })
final class CircuitCommand extends AskCommand {
  CircuitCommand(Cli cli) {
    super(cli, "circuits");
  }
}
