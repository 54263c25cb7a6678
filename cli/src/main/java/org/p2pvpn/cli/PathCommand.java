package org.p2pvpn.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "path",
    sortOptions = false,
    header = {
      "Shows the path; with --explain how it was chosen: every candidate for every hop, each term",
      "of its score with its weight and where the figure comes from, the chance it had, and why",
      "others had none.",
      "",
      "Examples:",
      "  p2pvpn path --explain",
      "  p2pvpn path --explain --json | jq '.path.draws[].options[] | [.node, .score]'",
      ""
    })
final class PathCommand extends AskCommand {
  @Option(names = "--explain", description = "Every candidate, and what its score is made of.")
  private boolean explain;

  PathCommand(Cli cli) {
    super(cli, "circuits");
  }

  @Override
  String request() {
    return explain ? "path" : super.request();
  }
}
