package org.p2pvpn.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.p2pvpn.overlay.node.config.EffectiveConfig.Shown;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "show",
    sortOptions = false,
    header = {
      "Shows the settings; invite tokens are hidden.",
      "",
      "Examples:",
      "  p2pvpn config show                what is not a default",
      "  p2pvpn config show --effective    everything, and where it came from",
      ""
    })
final class ConfigShowCommand implements Callable<Integer> {
  private final Cli cli;

  @Mixin private PlaceOptions places = new PlaceOptions();

  @Option(names = "--effective", description = "Defaults too.")
  private boolean effective;

  @Option(names = "--json", description = "One line of JSON, with a schema number.")
  private boolean json;

  ConfigShowCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    List<Shown> shown =
        places.resolve(cli.console()).show().stream()
            .filter(one -> effective || !one.origin().startsWith("default"))
            .toList();
    if (json) {
      List<String> settings = shown.stream().map(ConfigShowCommand::object).toList();
      cli.console()
          .out()
          .println("{\"schema\":1,\"settings\":[" + String.join(",", settings) + "]}");
      return Exit.OK;
    }
    int width =
        shown.stream().mapToInt(one -> one.key().length() + one.value().length()).max().orElse(0);
    for (Shown one : shown) {
      int pad = Math.max(0, Math.min(width, 60) - one.key().length() - one.value().length());
      cli.console()
          .out()
          .println(one.key() + " = " + one.value() + " ".repeat(pad) + "  # " + one.origin());
    }
    return Exit.OK;
  }

  private static String object(Shown one) {
    return "{\"key\":%s,\"value\":%s,\"origin\":%s}"
        .formatted(
            FlatJson.quote(one.key()), FlatJson.quote(one.value()), FlatJson.quote(one.origin()));
  }
}
