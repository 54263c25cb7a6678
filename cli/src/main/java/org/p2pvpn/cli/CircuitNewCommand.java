package org.p2pvpn.cli;

import picocli.CommandLine.Command;

@Command(
    name = "new",
    sortOptions = false,
    header = {
      "Takes another path; connections go on where the exit stays.",
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
