package org.p2pvpn.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "set",
    sortOptions = false,
    header = {
      "Takes this path and no other, until \"circuit new\" or \"exit use\". Connections go on where",
      "the exit stays. No second path stands by: when a relay of it dies, traffic waits for it.",
      "",
      "Examples:",
      "  sudo p2pvpn circuit set carol,bob",
      "  sudo p2pvpn circuit set carol,dave,bob",
      ""
    })
final class CircuitSetCommand extends AskCommand {
  @Parameters(
      paramLabel = "GUARD,..,EXIT",
      description = "Names, relays first, then the exit; at most as many as up --hops said.")
  private String path = "";

  CircuitSetCommand(Cli cli) {
    super(cli, "circuit-set");
  }

  @Override
  String arguments() {
    return "\"path\":" + FlatJson.quote(path);
  }
}
