package org.p2pvpn.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "circuit",
    sortOptions = false,
    header = {
      "Shows the paths to the exit: each hop, its round trip, what it can tell about you,",
      "and when the traffic moved from one path to the other.",
      "",
      "Examples:",
      "  p2pvpn circuit",
      "  p2pvpn circuit --json | jq '.circuits[].hops[].name'",
      ""
    })
final class CircuitCommand implements Callable<Integer> {
  private final Cli cli;

  @Mixin private PlaceOptions places = new PlaceOptions();

  @Option(names = "--json", description = "One line of JSON, with a schema number.")
  private boolean json;

  CircuitCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    Console console = cli.console();
    AdminClient client = places.client(console);
    if (json) {
      console.out().println(client.ask("circuits", "{}").json());
    } else {
      console.out().print(client.ask("circuits", places.textArguments(console)).text());
    }
    return Exit.OK;
  }
}
