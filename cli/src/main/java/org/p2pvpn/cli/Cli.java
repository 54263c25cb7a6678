package org.p2pvpn.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.cli.lab.LabCommand;
import org.p2pvpn.cli.lab.LabConsole;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.identity.AddressSyntaxException;
import org.p2pvpn.overlay.node.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** All commands put together, and how their errors are told. */
final class Cli {
  private final Console console;
  private final Supplier<NodeRuntime> runtime;

  /** The runtime is made when a command needs it: thin commands load nothing of a node. */
  Cli(Console console, Supplier<NodeRuntime> runtime) {
    this.console = console;
    this.runtime = runtime;
  }

  Console console() {
    return console;
  }

  NodeRuntime runtime() {
    return runtime.get();
  }

  int run(String... arguments) {
    Map<String, Supplier<CommandLine>> all = commands();
    boolean named = arguments.length > 0 && all.containsKey(arguments[0]);
    try {
      return commandLine(all, named ? Set.of(arguments[0]) : all.keySet()).execute(arguments);
    } finally {
      console.out().flush();
      console.err().flush();
    }
  }

  /** With every command. */
  CommandLine commandLine() {
    Map<String, Supplier<CommandLine>> all = commands();
    return commandLine(all, all.keySet());
  }

  /** By name. Made when asked for: the annotations of all take 0.2 s to read, those of one none. */
  private Map<String, Supplier<CommandLine>> commands() {
    Map<String, Supplier<CommandLine>> commands = new LinkedHashMap<>();
    commands.put("up", () -> new CommandLine(new UpCommand(this)));
    commands.put("down", () -> new CommandLine(new DownCommand(this)));
    commands.put("status", () -> new CommandLine(new StatusCommand(this)));
    commands.put(
        "peers",
        () -> new CommandLine(new PeersCommand(this)).addSubcommand(new PeersFindCommand(this)));
    commands.put("netcheck", () -> new CommandLine(new NetcheckCommand(this)));
    commands.put(
        "circuit",
        () ->
            new CommandLine(new CircuitCommand(this))
                .addSubcommand(new CircuitShowCommand(this))
                .addSubcommand(new CircuitNewCommand(this))
                .addSubcommand(new CircuitSetCommand(this)));
    commands.put("trace", () -> new CommandLine(new TraceCommand(this)));
    commands.put("path", () -> new CommandLine(new PathCommand(this)));
    commands.put(
        "exit",
        () ->
            new CommandLine(new ExitCommand())
                .addSubcommand(new ExitListCommand(this))
                .addSubcommand(new ExitUseCommand(this)));
    commands.put("invite", () -> new CommandLine(new InviteCommand(this)));
    commands.put("ping", () -> new CommandLine(new PingCommand(this)));
    commands.put("serve", () -> new CommandLine(new ServeCommand(this)));
    commands.put(
        "config",
        () ->
            new CommandLine(new ConfigCommand())
                .addSubcommand(new ConfigCheckCommand(this))
                .addSubcommand(new ConfigShowCommand(this)));
    commands.put("doctor", () -> new CommandLine(new DoctorCommand(this)));
    commands.put(
        "lab",
        () ->
            new CommandLine(new LabCommand(labConsole()))
                .registerConverter(Duration.class, Cli::duration));
    commands.put("cleanup", () -> new CommandLine(new CleanupCommand(this)));
    commands.put("completion", () -> new CommandLine(new CompletionCommand(this)));
    commands.put("man", () -> new CommandLine(new ManCommand(this)));
    commands.put("rehearse", () -> new CommandLine(new RehearseCommand(this)));
    commands.put("id", () -> new CommandLine(new IdCommand(this)));
    commands.put("version", () -> new CommandLine(new VersionCommand(this)));
    return commands;
  }

  private CommandLine commandLine(
      Map<String, Supplier<CommandLine>> all, Collection<String> wanted) {
    CommandLine root = new CommandLine(new RootCommand(this));
    all.forEach(
        (name, made) -> {
          if (wanted.contains(name)) {
            root.addSubcommand(made.get());
          }
        });
    addHelp(root);
    root.setOut(writer(console.out()));
    root.setErr(writer(console.err()));
    root.setColorScheme(
        new ColorScheme.Builder(console.color() ? Ansi.ON : Ansi.OFF)
            .commands(Ansi.Style.bold)
            .options(Ansi.Style.fg_cyan)
            .build());
    root.setParameterExceptionHandler((e, _) -> usageError(e));
    root.setExecutionExceptionHandler((e, _, _) -> failure(e));
    return root;
  }

  /** On all levels. */
  private static void addHelp(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .type(boolean.class)
                .arity("0")
                .usageHelp(true)
                .description("Show this help.")
                .build());
    command.getSubcommands().values().forEach(Cli::addHelp);
  }

  private static Duration duration(String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  private LabConsole labConsole() {
    return new LabConsole(
        console.out(),
        console.in(),
        console.outTerminal(),
        console.outTerminal() && console.inTerminal(),
        new LabConsole.LabLook(console.utf8(), console.color()));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, stream.charset()), true);
  }

  private int usageError(ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String message = String.valueOf(e.getMessage());
    String first = message.isEmpty() ? message : message.substring(0, 1).toLowerCase(Locale.ROOT);
    console.err().println("p2pvpn: " + first + message.substring(first.length()));
    UnmatchedArgumentException.printSuggestions(e, writer(console.err()));
    console.err().println("see: " + command + " --help");
    return Exit.USAGE;
  }

  private int failure(Exception e) {
    if (console.debug()) {
      e.printStackTrace(console.err());
    }
    return switch (e) {
      case ControlException known -> {
        tell(known.getMessage(), known.next());
        yield known.exitCode();
      }
      case ConfigException config -> {
        console.err().println(config.getMessage());
        yield config.exitCode();
      }
      case AddressSyntaxException syntax -> {
        tell(syntax.getMessage(), "");
        yield Exit.USAGE;
      }
      default -> {
        tell("internal error: " + e, "P2PVPN_DEBUG=1 p2pvpn ... to see where");
        yield Exit.FAILURE;
      }
    };
  }

  /** Subject, cause, then the way out. */
  void tell(@Nullable String message, String next) {
    console.err().println("p2pvpn: " + message + (next.isEmpty() ? "" : "; try: " + next));
  }
}
