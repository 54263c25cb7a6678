package org.p2pvpn.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "completion",
    sortOptions = false,
    header = {
      "Prints completion for bash (zsh: with bashcompinit).",
      "",
      "Examples:",
      "  source <(p2pvpn completion)",
      "  p2pvpn completion | sudo tee /etc/bash_completion.d/p2pvpn",
      ""
    })
final class CompletionCommand implements Callable<Integer> {
  private enum Shell {
    bash
  }

  private final Cli cli;

  @Parameters(arity = "0..1", paramLabel = "SHELL", description = "bash.")
  private Shell shell = Shell.bash;

  CompletionCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    cli.console()
        .out()
        .print(
            switch (shell) {
              case bash -> AutoComplete.bash("p2pvpn", cli.commandLine());
            });
    return Exit.OK;
  }
}
