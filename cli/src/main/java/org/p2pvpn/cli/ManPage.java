package org.p2pvpn.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.p2pvpn.overlay.node.config.ConfigFile;
import org.p2pvpn.overlay.node.config.EffectiveConfig;
import org.p2pvpn.overlay.node.config.Setting;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** One command's manual page in roff (man(7)), made of what its {@code --help} is made of. */
final class ManPage {
  /** When the words were last gone over; one date for all makes builds repeatable. */
  private static final String DATE = "2026-11-21";

  private static final List<Map.Entry<String, String>> FILES =
      List.of(
          Map.entry(
              ConfigFile.DEFAULT_PATH.toString(),
              "Settings; p2pvpn config show --effective tells what holds and why."),
          Map.entry(
              EffectiveConfig.DEFAULT_STATE.toString(),
              "The identity (a secret), known peers, invites, the journal of what was changed on"
                  + " this host, and with --detach the log."),
          Map.entry(
              EffectiveConfig.DEFAULT_SOCKET.toString(), "Where the commands ask the daemon."));

  private static final List<Map.Entry<String, String>> ENVIRONMENT =
      List.of(
          Map.entry("P2PVPN_CONFIG", "The settings' file."),
          Map.entry(
              Setting.STATE.environmentName() + ", " + Setting.SOCKET.environmentName(),
              "Its folder and its socket. Every other setting has such a variable, too; a flag beats"
                  + " it, and it beats the file."),
          Map.entry("P2PVPN_DEBUG", "1 shows where an internal error comes from."),
          Map.entry("NO_COLOR", "Any text: no colour."));

  private final CommandSpec command;
  private final HelpText help;
  private final StringBuilder roff = new StringBuilder();

  private ManPage(CommandSpec command) {
    this.command = command;
    this.help = HelpText.of(command);
  }

  /** {@code p2pvpn-config-check} for {@code p2pvpn config check}. */
  static String name(CommandSpec command) {
    return command.qualifiedName("-");
  }

  static String of(CommandSpec command) {
    return new ManPage(command).write();
  }

  private String write() {
    String title = quoted(name(command).toUpperCase(Locale.ROOT));
    String program = quoted("p2pvpn " + VersionCommand.version());
    line(".TH " + title + " 1 " + DATE + " " + program + " \"p2pvpn manual\"");
    // No hyphenation: a flag that is cut in two cannot be copied.
    line(".nh");
    section("NAME");
    line(text(name(command)) + " \\- " + text(inOneLine(help.summary())));
    section("SYNOPSIS");
    synopsis();
    section("DESCRIPTION");
    line(text(help.summary()));
    help.notes().forEach(note -> line(text(note)));
    subcommands();
    section("OPTIONS");
    command.positionalParameters().forEach(this::positional);
    HelpText.options(command).forEach(this::option);
    section("EXIT STATUS");
    list(Exit.MEANINGS);
    section("EXAMPLES");
    line(".EX");
    help.examples().forEach(example -> line(text(example)));
    line(".EE");
    section("ENVIRONMENT");
    list(ENVIRONMENT);
    section("FILES");
    list(FILES);
    section("SEE ALSO");
    seeAlso();
    return roff.toString();
  }

  private void synopsis() {
    line(".B " + text(command.qualifiedName()));
    for (OptionSpec option : HelpText.options(command)) {
      String words = bold(option.longestName()) + value(option);
      line(option.required() ? words : "[" + words + "]");
    }
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      String words = italic(parameter.paramLabel());
      line(parameter.arity().min() > 0 ? words : "[" + words + "]");
    }
    if (!HelpText.subcommands(command).isEmpty()) {
      line(italic("COMMAND"));
    }
  }

  private void subcommands() {
    List<CommandSpec> subcommands = HelpText.subcommands(command);
    if (!subcommands.isEmpty()) {
      section("COMMANDS");
    }
    for (CommandSpec subcommand : subcommands) {
      line(".TP");
      line(".BR " + text(name(subcommand)) + " (1)");
      line(text(HelpText.of(subcommand).summary()));
    }
  }

  private void positional(PositionalParamSpec parameter) {
    line(".TP");
    line(italic(parameter.paramLabel()));
    lines(parameter.description());
  }

  private void option(OptionSpec option) {
    List<String> names = new ArrayList<>();
    Arrays.stream(option.names()).forEach(name -> names.add(bold(name)));
    line(".TP");
    line(String.join(", ", names) + value(option));
    lines(option.description());
  }

  private static String value(OptionSpec option) {
    return option.arity().max() == 0 ? "" : "=" + italic(option.paramLabel());
  }

  private void seeAlso() {
    List<CommandSpec> others = new ArrayList<>();
    if (command.parent() != null) {
      others.add(command.root());
      others.addAll(HelpText.subcommands(command.parent()));
    }
    others.addAll(HelpText.subcommands(command));
    others.remove(command);
    for (int i = 0; i < others.size(); i++) {
      String comma = i < others.size() - 1 ? "," : "";
      line(".BR " + text(name(others.get(i))) + " (1)" + comma);
    }
  }

  private void list(List<Map.Entry<String, String>> entries) {
    for (Map.Entry<String, String> entry : entries) {
      line(".TP");
      line(bold(entry.getKey()));
      line(text(entry.getValue()));
    }
  }

  private void section(String name) {
    line(".SH " + name);
  }

  private void lines(String... texts) {
    Arrays.stream(texts).forEach(one -> line(text(one)));
  }

  private void line(String line) {
    roff.append(line).append('\n');
  }

  /** As whatis(1) shows it: no capital, one sentence, no full stop. */
  private static String inOneLine(String summary) {
    int end = summary.indexOf(". ");
    String first = end < 0 ? summary : summary.substring(0, end);
    return first.substring(0, 1).toLowerCase(Locale.ROOT)
        + first.substring(1).replaceFirst("\\.$", "");
  }

  private static String bold(String words) {
    return "\\fB" + text(words) + "\\fR";
  }

  private static String italic(String words) {
    return "\\fI" + text(words) + "\\fR";
  }

  private static String quoted(String words) {
    return '"' + text(words).replace("\"", "\\(dq") + '"';
  }

  /** As typed: else roff makes hyphens and curly quotes of what people copy into a shell. */
  private static String text(String words) {
    String escaped =
        words
            .replace("\\", "\\e")
            .replace("-", "\\-")
            .replace("'", "\\(aq")
            .replace("`", "\\(ga")
            .replace("^", "\\(ha")
            .replace("~", "\\(ti");
    return escaped.startsWith(".") ? "\\&" + escaped : escaped;
  }
}
