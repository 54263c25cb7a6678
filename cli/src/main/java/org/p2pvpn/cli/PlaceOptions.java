package org.p2pvpn.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.node.config.ConfigFile;
import org.p2pvpn.overlay.node.config.EffectiveConfig;
import org.p2pvpn.overlay.node.config.Setting;
import picocli.CommandLine.Option;

/** Where the daemon's things are, and colour; every command takes them. */
final class PlaceOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings; /etc/p2pvpn/p2pvpn.toml unless told. Env: P2PVPN_CONFIG.")
  private @Nullable String config;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "Identity, known peers, journal. Env: P2PVPN_STATE.")
  private @Nullable String state;

  @Option(
      names = "--socket",
      paramLabel = "FILE",
      description = "The daemon's admin socket. Env: P2PVPN_SOCKET.")
  private @Nullable String socket;

  @Option(names = "--no-color", description = "Plain text. Env: NO_COLOR.")
  private boolean noColor;

  boolean color(Console console) {
    return !noColor && console.color();
  }

  SettingFlags flags() {
    return new SettingFlags()
        .path(Setting.STATE, "--state", state)
        .path(Setting.SOCKET, "--socket", socket);
  }

  /** A file that somebody named must be there. */
  ConfigFile file(Console console) {
    String named = config == null ? console.environment().get("P2PVPN_CONFIG") : config;
    return named == null || named.isEmpty()
        ? ConfigFile.read(ConfigFile.DEFAULT_PATH, false)
        : ConfigFile.read(Path.of(named).toAbsolutePath(), true);
  }

  EffectiveConfig resolve(Console console) {
    return resolve(console, flags());
  }

  EffectiveConfig resolve(Console console, SettingFlags flags) {
    return EffectiveConfig.resolve(file(console), console.environment(), flags.given());
  }

  /**
   * The socket to ask. The file is read only when neither flag nor environment names it: a thin
   * command is to stay thin.
   */
  AdminClient client(Console console) {
    String fromEnvironment = console.environment().getOrDefault("P2PVPN_SOCKET", "");
    if (socket != null && !socket.isEmpty()) {
      return new AdminClient(Path.of(socket).toAbsolutePath());
    }
    if (!fromEnvironment.isEmpty()) {
      return new AdminClient(Path.of(fromEnvironment).toAbsolutePath());
    }
    boolean nothingNamed = config == null && !console.environment().containsKey("P2PVPN_CONFIG");
    // Not readable: it holds invite tokens, and we are not root; the place is most likely the
    // usual.
    if (nothingNamed && !java.nio.file.Files.isReadable(ConfigFile.DEFAULT_PATH)) {
      return new AdminClient(EffectiveConfig.DEFAULT_SOCKET);
    }
    return new AdminClient(resolve(console).socketPath());
  }

  /** The arguments every request for text has. */
  String textArguments(Console console) {
    return textArguments(console, "");
  }

  /** {@code more}: members of a JSON object, or empty. */
  String textArguments(Console console, String more) {
    return "{\"format\":\"text\",\"color\":%b,\"width\":%d%s}"
        .formatted(
            color(console),
            Math.clamp(console.width(), 40, 1000),
            more.isEmpty() ? "" : "," + more);
  }
}
