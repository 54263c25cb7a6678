package org.p2pvpn.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "ping",
    sortOptions = false,
    header = {
      "Measures the way to a peer, by an encrypted echo between the two nodes.",
      "",
      "Examples:",
      "  sudo p2pvpn ping bob",
      "  sudo p2pvpn ping --count 10 --interval 200ms bob",
      "  sudo p2pvpn ping --json fd70::1",
      "  sudo p2pvpn ping --hop 2",
      ""
    },
    footer = {"", "Exit code 4 when nothing came back."})
final class PingCommand implements Callable<Integer> {
  private static final double NANOS_PER_MILLI = 1e6;

  private final Cli cli;

  @Mixin private PlaceOptions places = new PlaceOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--hop",
      paramLabel = "N",
      description = "Instead of NODE: the Nth hop of the path in use, through those before it.")
  private int hop;

  @Parameters(
      arity = "0..1",
      paramLabel = "NODE",
      description = "Name, node id, a unique prefix of it, or overlay address.")
  private String node = "";

  @Option(
      names = {"-c", "--count"},
      paramLabel = "N",
      defaultValue = "4",
      description = "How often; 0 until interrupted. Default: 4.")
  private int count;

  @Option(
      names = {"-i", "--interval"},
      paramLabel = "TIME",
      defaultValue = "1s",
      description = "Between two. Default: 1s.")
  private String interval = "1s";

  @Option(
      names = {"-W", "--timeout"},
      paramLabel = "TIME",
      defaultValue = "1s",
      description = "For one answer. Default: 1s.")
  private String timeout = "1s";

  @Option(names = "--json", description = "A line of JSON for each, with a schema number.")
  private boolean json;

  PingCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (hop < 0 || node.isEmpty() == (hop == 0)) {
      throw new ParameterException(spec.commandLine(), "expected NODE, or --hop N from 1");
    }
    Console console = cli.console();
    AdminClient client = places.client(console);
    long pauseMillis = duration("--interval", interval).toMillis();
    String arguments =
        "{%s%s,\"timeout_millis\":%d}"
            .formatted(
                json ? "" : "\"format\":\"text\",",
                hop == 0 ? "\"node\":" + FlatJson.quote(node) : "\"hop\":" + hop,
                duration("--timeout", timeout).toMillis());
    long answered = 0;
    long sent = 0;
    double sumMillis = 0;
    double bestMillis = Double.MAX_VALUE;
    double worstMillis = 0;
    while (count == 0 || sent < count) {
      if (sent > 0) {
        Thread.sleep(pauseMillis);
      }
      AdminClient.Answer answer = client.ask("ping", arguments);
      sent++;
      long nanos = answer.number("nanos", -1);
      if (nanos >= 0) {
        double millis = nanos / NANOS_PER_MILLI;
        answered++;
        sumMillis += millis;
        bestMillis = Math.min(bestMillis, millis);
        worstMillis = Math.max(worstMillis, millis);
      }
      console.out().print(json ? answer.json() + "\n" : answer.text());
      console.out().flush();
    }
    if (!json && sent > 1) {
      String times =
          answered == 0
              ? ""
              : String.format(
                  Locale.ROOT,
                  ", min/avg/max %.2f/%.2f/%.2f ms",
                  bestMillis,
                  sumMillis / answered,
                  worstMillis);
      console.out().println(sent + " sent, " + answered + " answered" + times);
    }
    return answered > 0 ? Exit.OK : Exit.NOT_CONNECTED;
  }

  private Duration duration(String flag, String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), flag + ": " + e.getMessage(), e);
    }
  }
}
