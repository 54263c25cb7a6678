package org.p2pvpn.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "exit",
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    header = {
      "Lists exits, and changes the one in use.",
      "",
      "Examples:",
      "  p2pvpn exit list",
      "  sudo p2pvpn exit use SE",
      ""
    })
final class ExitCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected list or use");
  }
}
