package org.p2pvpn.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "version",
    sortOptions = false,
    header = {"Prints the version.", "", "Examples:", "  p2pvpn version --json", ""})
final class VersionCommand implements Callable<Integer> {
  /** Of the wire format; protocol.md has it. */
  private static final int WIRE_VERSION = 1;

  private final Cli cli;

  @Option(names = "--json", description = "One line of JSON, with a schema number.")
  private boolean json;

  VersionCommand(Cli cli) {
    this.cli = cli;
  }

  static String version() {
    String version = VersionCommand.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public Integer call() {
    String java = Runtime.version().toString();
    cli.console()
        .out()
        .println(
            json
                ? "{\"schema\":1,\"version\":%s,\"wire\":%d,\"java\":%s}"
                    .formatted(FlatJson.quote(version()), WIRE_VERSION, FlatJson.quote(java))
                : "p2pvpn %s, wire version %d, Java %s".formatted(version(), WIRE_VERSION, java));
    return Exit.OK;
  }
}
