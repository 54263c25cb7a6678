package org.p2pvpn.cli;

import picocli.CommandLine.Command;

@Command(
    name = "netcheck",
    sortOptions = false,
    header = {
      "Shows how this node reaches others: whether UDP comes in, by which families, what kind of",
      "NAT there is, where which peer sees us, and for each peer whether it is reached directly or",
      "by a relay, and why. Nobody is asked but the peers there are.",
      "",
      "Examples:",
      "  p2pvpn netcheck",
      "  p2pvpn netcheck --json | jq '.netcheck.families[].nat'",
      "  p2pvpn netcheck --json | jq -r '.netcheck.peers[] | [.name, .reach, .relay] | @tsv'",
      ""
    })
final class NetcheckCommand extends AskCommand {
  NetcheckCommand(Cli cli) {
    super(cli, "netcheck");
  }
}
