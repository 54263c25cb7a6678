package org.p2pvpn.cli;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What a command's header and footer say, taken apart: for the manual and for completion. */
record HelpText(String summary, List<String> examples, List<String> notes) {
  private static final String EXAMPLES = "Examples:";

  static HelpText of(CommandSpec command) {
    List<String> header = Arrays.asList(command.usageMessage().header());
    int examples = header.indexOf(EXAMPLES);
    if (header.isEmpty() || examples < 1) {
      throw new IllegalStateException(command.qualifiedName() + ": no summary or no examples");
    }
    return new HelpText(
        header.getFirst(),
        header.subList(examples + 1, header.size()).stream()
            .filter(line -> !line.isBlank())
            .map(String::strip)
            .toList(),
        // The root's list of exit codes has a section of its own.
        Arrays.stream(command.usageMessage().footer())
            .takeWhile(line -> !line.startsWith("Exit codes:"))
            .filter(line -> !line.isBlank())
            .toList());
  }

  /** The options that people are told of, in the order of the help. */
  static List<OptionSpec> options(CommandSpec command) {
    return command.options().stream().filter(option -> !option.hidden()).toList();
  }

  /** Those that people are told of. */
  static List<CommandSpec> subcommands(CommandSpec command) {
    return command.subcommands().values().stream()
        .map(picocli.CommandLine::getCommandSpec)
        .filter(subcommand -> !subcommand.usageMessage().hidden())
        .toList();
  }
}
