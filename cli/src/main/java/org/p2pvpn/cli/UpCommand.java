package org.p2pvpn.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.node.NodeConfig;
import org.p2pvpn.overlay.node.config.EffectiveConfig;
import org.p2pvpn.overlay.node.config.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "up",
    sortOptions = false,
    header = {
      "Starts the node, in the foreground, and shows how far it is.",
      "",
      "Examples:",
      "  sudo p2pvpn up                            alone at first; prints an invite",
      "  sudo p2pvpn up 'p2pvpn://...'             join by an invite",
      "  sudo p2pvpn up --detach --exit bob        all traffic leaves by bob",
      "  sudo p2pvpn up --exit bob --hops 3        through two relays before it",
      "  sudo p2pvpn up --exit bob --dry-run       what it would do to this host",
      ""
    },
    footer = {
      "",
      "Without --exit only traffic between nodes is touched. With it nothing leaves beside",
      "the tunnel until p2pvpn down, not even when the node dies. Rules in the config ([[route]])",
      "send what they cover by exits of their own."
    })
final class UpCommand implements Callable<Integer> {
  private final Cli cli;

  @Mixin private NodeOptions node = new NodeOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "INVITE",
      description = "The line another node's invite printed.")
  private @Nullable String invite;

  @Option(
      names = "--exit",
      paramLabel = "PEER|COUNTRY",
      description =
          "All of this host's traffic leaves by this peer, or any exit of a country (SE).")
  private @Nullable String exit;

  @Option(
      names = "--hops",
      paramLabel = "N",
      description =
          "With --exit: how many nodes the traffic passes, 1 to 5; relays, then the exit.")
  private @Nullable String hops;

  @Option(
      names = "--preset",
      paramLabel = "PRESET",
      description = "With --hops: choose relays to be fast, balanced, private or bulk.")
  private @Nullable String preset;

  @Option(
      names = "--rotate",
      paramLabel = "TIME",
      description = {
        "Another exit for new connections that often (10m) where --exit is a country, else other",
        "relays; what is connected stays where it is."
      })
  private @Nullable String rotate;

  @Option(
      names = "--allow-lan",
      description = "With --exit: this host's own networks stay reachable.")
  private boolean allowLan;

  @Option(
      names = "--dns",
      paramLabel = "ADDRESS",
      split = ",",
      description = "With --exit: resolvers to use through the tunnel.")
  private @Nullable List<String> dns;

  @Option(names = "--no-relay", description = "Carry no circuits of others.")
  private boolean noRelay;

  @Option(
      names = "--accept-risk",
      paramLabel = "RISK",
      description = "lose-ssh: go on although it would cut this SSH session.")
  private @Nullable String acceptRisk;

  UpCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    Console console = cli.console();
    SettingFlags flags =
        node.flags()
            .text(Setting.EXIT_USE, "--exit", exit)
            .text(Setting.EXIT_HOPS, "--hops", hops)
            .text(Setting.EXIT_PRESET, "--preset", preset)
            .text(Setting.EXIT_ROTATE, "--rotate", rotate)
            .on(Setting.EXIT_ALLOW_LAN, "--allow-lan", allowLan)
            .list(Setting.EXIT_DNS, "--dns", dns)
            .text(Setting.RELAY_ENABLED, "--no-relay", noRelay ? "false" : null);
    EffectiveConfig effective = node.resolve(console, flags);
    if (invite != null) {
      effective = effective.withInvite(invite);
    }
    NodeConfig config = effective.toNodeConfig();
    boolean diverts = config.divertsAnswersTo(SshSafety.client(console));
    if (diverts && !node.dryRun() && !node.detached()) {
      SshSafety.check(spec.commandLine(), console, acceptRisk);
    }
    return new DaemonStart(cli, node, config).run(spec.commandLine(), invite == null);
  }
}
