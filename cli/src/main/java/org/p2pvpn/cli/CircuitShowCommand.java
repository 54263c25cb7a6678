package org.p2pvpn.cli;

import picocli.CommandLine.Command;

@Command(
    name = "show",
    sortOptions = false,
    header = {
      "Shows the paths to the exit, as \"p2pvpn circuit\" alone does.",
      "",
      "Examples:",
      "  p2pvpn circuit show",
      ""
    })
final class CircuitShowCommand extends AskCommand {
  CircuitShowCommand(Cli cli) {
    super(cli, "circuits");
  }
}
