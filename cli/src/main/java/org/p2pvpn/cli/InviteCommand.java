package org.p2pvpn.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.p2pvpn.overlay.control.ControlException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "invite",
    sortOptions = false,
    header = {
      "Prints a line that lets another machine in.",
      "",
      "Examples:",
      "  sudo p2pvpn invite                      once, within an hour",
      "  sudo p2pvpn invite --qr                 to photograph",
      "  sudo p2pvpn invite --life 7d --reusable for a whole team",
      "  sudo p2pvpn invite --network            into this node's private network, or not at all",
      ""
    },
    footer = {"", "The line is a secret: whoever has it gets in until it expires or is used."})
final class InviteCommand implements Callable<Integer> {
  private final Cli cli;

  @Mixin private PlaceOptions places = new PlaceOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--qr", description = "A QR code besides.")
  private boolean qr;

  @Option(
      names = "--life",
      paramLabel = "TIME",
      defaultValue = "1h",
      description = "How long it works: 10m, 1h, 7d; at most 30d. Default: 1h.")
  private String life = "1h";

  @Option(names = "--reusable", description = "Works more than once.")
  private boolean reusable;

  @Option(
      names = "--network",
      description =
          "Only if the line brings the key of a private network, which it then always does.")
  private boolean network;

  @Option(names = "--json", description = "One line of JSON, with a schema number.")
  private boolean json;

  InviteCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    Console console = cli.console();
    AdminClient client = places.client(console);
    String limits =
        "\"life_seconds\":%d,\"reusable\":%b".formatted(lifeTime().toSeconds(), reusable);
    if (json) {
      AdminClient.Answer answer = client.ask("invite", "{" + limits + "}");
      requireNetwork(answer.json());
      console.out().println(answer.json());
      return Exit.OK;
    }
    AdminClient.Answer answer = client.ask("invite", "{\"format\":\"text\"," + limits + "}");
    requireNetwork(answer.text());
    if (qr) {
      console.out().print(QrText.of(answer.text().strip(), console.utf8(), places.color(console)));
    }
    console.out().print(answer.text());
    console.err().println(answer.events().getOrDefault("note", ""));
    return Exit.OK;
  }

  private void requireNetwork(String line) {
    if (network && !line.contains("network=")) {
      throw new ControlException(
          Exit.FAILURE,
          "this node is in no private network",
          "p2pvpn down, then p2pvpn up --private");
    }
  }

  private Duration lifeTime() {
    try {
      return Durations.parse(life);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--life: " + e.getMessage(), e);
    }
  }
}
