package org.p2pvpn.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that asks the daemon one thing and prints what it answers, as text or as JSON. */
abstract class AskCommand implements Callable<Integer> {
  private final Cli cli;
  private final String request;

  @Mixin private PlaceOptions places = new PlaceOptions();

  @Option(names = "--json", description = "One line of JSON, with a schema number.")
  private boolean json;

  /** {@code request}: the daemon's name for it. */
  AskCommand(Cli cli, String request) {
    this.cli = cli;
    this.request = request;
  }

  /** The daemon's name for what is asked this time. */
  String request() {
    return request;
  }

  /** What goes with the request, as the inside of a JSON object; empty for nothing. */
  String arguments() {
    return "";
  }

  @Override
  public Integer call() {
    Console console = cli.console();
    AdminClient client = places.client(console);
    if (json) {
      console.out().println(client.ask(request(), "{" + arguments() + "}").json());
    } else {
      console.out().print(client.ask(request(), places.textArguments(console, arguments())).text());
    }
    return Exit.OK;
  }
}
