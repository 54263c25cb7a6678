package org.p2pvpn.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "peers",
    sortOptions = false,
    header = {
      "Lists the peers.",
      "",
      "Examples:",
      "  p2pvpn peers",
      "  p2pvpn peers --json | jq '.peers[].name'",
      ""
    })
final class PeersCommand implements Callable<Integer> {
  private final Cli cli;

  @Mixin private PlaceOptions places = new PlaceOptions();

  @Option(names = "--json", description = "One line of JSON, with a schema number.")
  private boolean json;

  PeersCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    Console console = cli.console();
    AdminClient client = places.client(console);
    if (json) {
      console.out().println(client.ask("peers", "{}").json());
    } else {
      console.out().print(client.ask("peers", places.textArguments(console)).text());
    }
    return Exit.OK;
  }
}
