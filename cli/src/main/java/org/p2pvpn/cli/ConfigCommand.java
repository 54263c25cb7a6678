package org.p2pvpn.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "config",
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    header = {
      "Checks and shows the settings.",
      "",
      "Examples:",
      "  p2pvpn config check",
      "  p2pvpn config show --effective",
      ""
    })
final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected check or show");
  }
}
