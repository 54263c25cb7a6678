package org.p2pvpn.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    sortOptions = false,
    header = {
      "Shows how the node is.",
      "",
      "Examples:",
      "  p2pvpn status",
      "  p2pvpn status --watch",
      "  p2pvpn status --json | jq .state",
      "  p2pvpn status --check --json >/dev/null && echo fine",
      ""
    },
    footer = {"", "With --check: 0 up, 3 not running, 4 not connected, 5 degraded."})
final class StatusCommand implements Callable<Integer> {
  private static final Duration WATCH_EVERY = Duration.ofSeconds(1);
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";

  private final Cli cli;

  @Mixin private PlaceOptions places = new PlaceOptions();

  @Option(names = "--json", description = "One line of JSON, with a schema number.")
  private boolean json;

  @Option(
      names = "--check",
      description = "The exit code tells the state; without --json prints nothing.")
  private boolean check;

  @Option(names = "--watch", description = "Again every second, until interrupted.")
  private boolean watch;

  StatusCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    Console console = cli.console();
    AdminClient client = places.client(console);
    while (true) {
      AdminClient.Answer answer =
          client.ask("status", json || check ? "{}" : places.textArguments(console));
      if (watch && console.outTerminal() && !json) {
        console.out().print(HOME_AND_CLEAR);
      }
      if (json) {
        console.out().println(answer.json());
      } else if (!check) {
        console.out().print(answer.text());
      }
      if (!watch) {
        return check ? (int) answer.number("exit", Exit.FAILURE) : Exit.OK;
      }
      console.out().flush();
      Thread.sleep(WATCH_EVERY);
    }
  }
}
