package org.p2pvpn.cli;

import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.node.config.EffectiveConfig;
import org.p2pvpn.overlay.node.config.Setting;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code up} and {@code serve} share: a node's settings and how its start is waited for. */
final class NodeOptions {
  @Mixin private PlaceOptions places = new PlaceOptions();

  @Option(names = "--listen", paramLabel = "PORT", description = "UDP port; 0 takes any.")
  private @Nullable String listen;

  @Option(names = "--interface", paramLabel = "NAME", description = "Of the TUN device.")
  private @Nullable String interfaceName;

  @Option(names = "--name", paramLabel = "NAME", description = "How peers see this node.")
  private @Nullable String name;

  @Option(
      names = "--private",
      description = "Make a private network, once: strangers get silence; invites bring its key.")
  private boolean privateNetwork;

  @Option(names = "--detach", description = "Run in the background; returns when it works.")
  private boolean detach;

  @Option(names = "--no-wait", description = "Do not wait until it works.")
  private boolean noWait;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long to wait until it works. Default: 30s.")
  private @Nullable String timeout;

  @Option(names = "--dry-run", description = "Print each host command; change nothing.")
  private boolean dryRun;

  /** Set by {@link Detach} on the process it starts. */
  @Option(names = "--detached", hidden = true)
  private boolean detached;

  PlaceOptions places() {
    return places;
  }

  EffectiveConfig resolve(Console console, SettingFlags flags) {
    return places.resolve(console, flags);
  }

  boolean detach() {
    return detach;
  }

  boolean detached() {
    return detached;
  }

  boolean waits() {
    return !noWait;
  }

  boolean dryRun() {
    return dryRun;
  }

  /** Those of this mixin; the command adds its own. */
  SettingFlags flags() {
    return places
        .flags()
        .text(Setting.LISTEN, "--listen", listen)
        .text(Setting.INTERFACE_NAME, "--interface", interfaceName)
        .text(Setting.NAME, "--name", name)
        .on(Setting.PRIVATE_NETWORK, "--private", privateNetwork)
        .text(Setting.CONNECT_TIMEOUT, "--timeout", timeout);
  }
}
