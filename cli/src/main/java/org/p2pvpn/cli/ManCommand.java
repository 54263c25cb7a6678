package org.p2pvpn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "man",
    sortOptions = false,
    header = {
      "Prints the manual page of a command, for man -l.",
      "",
      "Examples:",
      "  p2pvpn man up | man -l -",
      "  p2pvpn man config check | man -l -",
      "  sudo p2pvpn man --write /usr/local/share/man/man1",
      ""
    })
final class ManCommand implements Callable<Integer> {
  private final Cli cli;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "p2pvpn itself unless told.")
  private List<String> words = List.of();

  @Option(
      names = "--write",
      paramLabel = "DIR",
      description = "Write the pages of all commands there.")
  private @Nullable Path folder;

  ManCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws IOException {
    CommandSpec root = cli.commandLine().getCommandSpec();
    if (folder != null) {
      Files.createDirectories(folder);
      write(root, folder);
    } else {
      cli.console().out().print(ManPage.of(find(root)));
    }
    return Exit.OK;
  }

  private CommandSpec find(CommandSpec root) {
    CommandSpec found = root;
    for (String word : words) {
      CommandLine next = found.subcommands().get(word);
      if (next == null || next.getCommandSpec().usageMessage().hidden()) {
        throw new ParameterException(
            spec.commandLine(), "no command is called \"" + String.join(" ", words) + "\"");
      }
      found = next.getCommandSpec();
    }
    return found;
  }

  private static void write(CommandSpec command, Path folder) throws IOException {
    Files.writeString(folder.resolve(ManPage.name(command) + ".1"), ManPage.of(command));
    for (CommandSpec subcommand : HelpText.subcommands(command)) {
      write(subcommand, folder);
    }
  }
}
