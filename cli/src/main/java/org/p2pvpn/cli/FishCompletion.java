package org.p2pvpn.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for fish, which picocli lacks: a {@code complete} line for each thing to be typed. */
final class FishCompletion {
  private final StringBuilder script = new StringBuilder("# p2pvpn completion fish\n");

  private FishCompletion() {}

  static String of(CommandSpec root) {
    FishCompletion completion = new FishCompletion();
    // Files only where one is expected.
    completion.line("", "-f", null);
    completion.command(root, List.of());
    return completion.script.toString();
  }

  /** {@code path}: the words that lead to the command, without the program's name. */
  private void command(CommandSpec command, List<String> path) {
    List<CommandSpec> subcommands = HelpText.subcommands(command);
    List<String> names = subcommands.stream().map(CommandSpec::name).toList();
    String here = condition(path, names);
    for (CommandSpec subcommand : subcommands) {
      line(here, "-a " + subcommand.name(), HelpText.of(subcommand).summary());
    }
    HelpText.options(command).forEach(option -> option(here, option));
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      String words = values(parameter);
      if (!words.isEmpty()) {
        line(here, words, null);
      }
    }
    for (CommandSpec subcommand : subcommands) {
      List<String> longer = new ArrayList<>(path);
      longer.add(subcommand.name());
      command(subcommand, longer);
    }
  }

  private void option(String here, OptionSpec option) {
    StringBuilder words = new StringBuilder();
    for (String name : option.names()) {
      words.append(name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1));
      words.append(' ');
    }
    if (option.arity().max() > 0) {
      words.append("-r ").append(values(option));
    }
    line(here, words.toString().strip(), String.join(" ", option.description()));
  }

  /** What may stand there, as far as it can be known. */
  private static String values(ArgSpec argument) {
    Iterable<String> candidates = argument.completionCandidates();
    if (candidates != null) {
      return "-a " + quoted(String.join(" ", candidates));
    }
    return switch (argument.paramLabel()) {
      case "FILE" -> "-F";
      case "DIR" -> "-a '(__fish_complete_directories)'";
      default -> "";
    };
  }

  private static String condition(List<String> path, List<String> subcommands) {
    String before =
        path.stream()
            .map(word -> "__fish_seen_subcommand_from " + word)
            .collect(Collectors.joining("; and "));
    String notYet =
        subcommands.isEmpty()
            ? ""
            : "not __fish_seen_subcommand_from " + String.join(" ", subcommands);
    return before + (before.isEmpty() || notYet.isEmpty() ? "" : "; and ") + notYet;
  }

  private void line(String condition, String words, @Nullable String description) {
    script.append("complete -c p2pvpn ");
    if (!condition.isEmpty()) {
      script.append("-n ").append(quoted(condition)).append(' ');
    }
    script.append(words);
    if (description != null) {
      script.append(" -d ").append(quoted(shortened(description)));
    }
    script.append('\n');
  }

  /** Beside the word there is room for little more than a sentence. */
  private static String shortened(String description) {
    int end = description.indexOf(". ");
    return (end < 0 ? description : description.substring(0, end)).replaceFirst("\\.$", "");
  }

  private static String quoted(String words) {
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
