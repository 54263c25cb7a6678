package org.p2pvpn.cli;

import picocli.CommandLine.Command;

@Command(
    name = "new",
    sortOptions = false,
    header = {
      "Takes another path: with a country for an exit, another exit for new connections,",
      "else other relays. What is connected stays where it is.",
      "",
      "Examples:",
      "  sudo p2pvpn circuit new",
      ""
    })
final class CircuitNewCommand extends AskCommand {
  CircuitNewCommand(Cli cli) {
    super(cli, "circuit-new");
  }
}
