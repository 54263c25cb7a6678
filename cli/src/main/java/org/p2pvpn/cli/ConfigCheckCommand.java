package org.p2pvpn.cli;

import java.util.concurrent.Callable;
import org.p2pvpn.overlay.node.config.ConfigFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "check",
    sortOptions = false,
    header = {
      "Reads the settings and tells every error, with line and column.",
      "",
      "Examples:",
      "  p2pvpn config check",
      "  p2pvpn config check ./p2pvpn.toml",
      ""
    },
    footer = {"", "Exit code 78 when there is an error."})
final class ConfigCheckCommand implements Callable<Integer> {
  private final Cli cli;

  @Mixin private PlaceOptions places = new PlaceOptions();

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "Instead of --config.")
  private String path = "";

  ConfigCheckCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    if (path.isEmpty()) {
      ConfigFile file = places.file(cli.console());
      places.resolve(cli.console());
      boolean none = file.values().isEmpty() && !java.nio.file.Files.exists(file.path());
      cli.console().err().println(file.path() + (none ? ": no such file; defaults hold" : ": ok"));
    } else {
      ConfigFile.read(java.nio.file.Path.of(path), true);
      cli.console().err().println(path + ": ok");
    }
    return Exit.OK;
  }
}
