package org.p2pvpn.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "path",
    sortOptions = false,
    header = {
      "Explains how the path was chosen: every candidate for every hop, each term of its score",
      "with its weight and where the figure comes from, the chance it had, and why others had none.",
      "",
      "Examples:",
      "  p2pvpn path --explain",
      "  p2pvpn path --json | jq '.path.draws[].options[] | [.node, .score]'",
      ""
    })
final class PathCommand extends AskCommand {
  @Option(names = "--explain", description = "What this command does anyway.")
  private boolean explain;

  PathCommand(Cli cli) {
    super(cli, "path");
  }
}
