package org.p2pvpn.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.p2pvpn.cli.DoctorProbe.Finding;
import org.p2pvpn.cli.DoctorProbe.Level;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.node.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "doctor",
    sortOptions = false,
    header = {
      "Says what is missing or in the way, and how to mend it. Changes nothing.",
      "",
      "Examples:",
      "  sudo p2pvpn doctor",
      "  sudo p2pvpn doctor --json",
      ""
    },
    footer = {"", "Exit code 69 when something is missing."})
final class DoctorCommand implements Callable<Integer> {
  private final Cli cli;

  @Mixin private PlaceOptions places = new PlaceOptions();

  @Option(names = "--json", description = "One line of JSON, with a schema number.")
  private boolean json;

  DoctorCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    Marks marks = new Marks(cli.console().utf8(), places.color(cli.console()));
    List<String> objects = new ArrayList<>();
    Level worst = Level.OK;
    for (DoctorProbe probe : probes()) {
      Finding finding = probe(probe);
      worst = finding.level().compareTo(worst) > 0 ? finding.level() : worst;
      String fix = finding.fix().isEmpty() ? "" : "; try: " + finding.fix();
      String mark =
          switch (finding.level()) {
            case OK -> marks.good();
            case WARNING -> marks.warning();
            case MISSING -> marks.bad();
          };
      if (json) {
        objects.add(object(probe.name(), finding));
      } else {
        cli.console().out().printf("%s %-12s %s%s%n", mark, probe.name(), finding.sentence(), fix);
      }
    }
    if (json) {
      cli.console()
          .out()
          .println("{\"schema\":1,\"findings\":[" + String.join(",", objects) + "]}");
    }
    return worst == Level.MISSING ? Exit.MISSING_REQUIREMENT : Exit.OK;
  }

  private static Finding probe(DoctorProbe probe) {
    try {
      return probe.probe();
    } catch (RuntimeException e) {
      return new Finding(Level.WARNING, "cannot be checked: " + e.getMessage(), "");
    }
  }

  private List<DoctorProbe> probes() {
    List<DoctorProbe> probes = new ArrayList<>();
    probes.add(named("java", () -> Finding.ok("Java " + Runtime.version())));
    probes.add(named("daemon", this::daemon));
    try {
      var config = places.resolve(cli.console()).toNodeConfig();
      probes.add(named("config", this::file));
      probes.addAll(cli.runtime().probes(config));
    } catch (ConfigException e) {
      Finding finding =
          new Finding(Level.MISSING, String.valueOf(e.getMessage()), "p2pvpn config check");
      probes.add(named("config", () -> finding));
    }
    return probes;
  }

  private Finding file() {
    Path path = places.file(cli.console()).path();
    return Finding.ok(path + (Files.exists(path) ? " is fine" : ": no such file; defaults hold"));
  }

  private Finding daemon() {
    try {
      AdminClient.Answer answer = places.client(cli.console()).ask("status", "{}");
      return Finding.ok("running, " + answer.events().getOrDefault("state", "state unknown"));
    } catch (ControlException e) {
      return e.exitCode() == Exit.NOT_RUNNING
          ? Finding.ok("not running")
          : new Finding(Level.WARNING, String.valueOf(e.getMessage()), e.next());
    } catch (ConfigException _) {
      return new Finding(Level.WARNING, "unknown: the configuration is bad", "");
    }
  }

  private interface Check {
    Finding probe();
  }

  private static DoctorProbe named(String name, Check check) {
    return new DoctorProbe() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Finding probe() {
        return check.probe();
      }
    };
  }

  private static String object(String name, Finding finding) {
    return "{\"name\":%s,\"level\":\"%s\",\"sentence\":%s,\"fix\":%s}"
        .formatted(
            FlatJson.quote(name),
            finding.level().name().toLowerCase(java.util.Locale.ROOT),
            FlatJson.quote(finding.sentence()),
            FlatJson.quote(finding.fix()));
  }
}
