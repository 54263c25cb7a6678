package org.p2pvpn.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "completion",
    sortOptions = false,
    header = {
      "Prints completion for a shell.",
      "",
      "Examples:",
      "  source <(p2pvpn completion bash)",
      "  source <(p2pvpn completion zsh)         in ~/.zshrc",
      "  p2pvpn completion fish | source",
      "  p2pvpn completion bash | sudo tee /etc/bash_completion.d/p2pvpn >/dev/null",
      ""
    })
final class CompletionCommand implements Callable<Integer> {
  private enum Shell {
    bash,
    zsh,
    fish
  }

  private final Cli cli;

  @Parameters(
      arity = "0..1",
      paramLabel = "SHELL",
      description = "bash, zsh or fish; bash unless told.")
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
              // Under zsh picocli's script turns on bashcompinit first.
              case bash, zsh -> AutoComplete.bash("p2pvpn", cli.commandLine());
              case fish -> FishCompletion.of(cli.commandLine().getCommandSpec());
            });
    return Exit.OK;
  }
}
