package org.p2pvpn.overlay.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.circuit.RelayLimits;
import org.p2pvpn.overlay.node.NodeConfig;
import org.p2pvpn.overlay.node.config.EffectiveConfig.FlagValue;

class EffectiveConfigTest {
  private static final Path PATH = Path.of("/etc/p2pvpn/p2pvpn.toml");
  private static final ConfigFile NOTHING = ConfigFile.none(PATH);

  @Test
  void hasADefaultForEverythingThatIsNeeded() {
    NodeConfig config = EffectiveConfig.resolve(NOTHING, Map.of(), Map.of()).toNodeConfig();
    assertThat(config.listenPort()).isEqualTo(28_790);
    assertThat(config.statePath()).isEqualTo(Path.of("/var/lib/p2pvpn"));
    assertThat(config.interfaceName()).isEqualTo("p2p0");
    assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.exit()).isNull();
    assertThat(config.serveExit()).isNull();
    assertThat(config.name()).isNotEmpty();
  }

  @Test
  void aFlagBeatsTheEnvironmentWhichBeatsTheFileWhichBeatsTheDefault() {
    ConfigFile file = ConfigFile.parse(PATH, "listen = 1\nname = \"f\"\n[interface]\nmtu = 1400\n");
    Map<String, String> environment = Map.of("P2PVPN_LISTEN", "2", "P2PVPN_NAME", "e");
    Map<Setting, FlagValue> flags = Map.of(Setting.LISTEN, new FlagValue("--listen", "3"));
    EffectiveConfig config = EffectiveConfig.resolve(file, environment, flags);
    assertThat(config.toNodeConfig().listenPort()).isEqualTo(3);
    assertThat(config.show())
        .contains(
            new EffectiveConfig.Shown("listen", "3", "--listen"),
            new EffectiveConfig.Shown("name", "\"e\"", "$P2PVPN_NAME"),
            new EffectiveConfig.Shown("interface.mtu", "1400", PATH + ":4"),
            new EffectiveConfig.Shown("interface.shards", "0", "default"));
  }

  @Test
  void readsListsAndFlagsFromTheEnvironment() {
    NodeConfig config =
        EffectiveConfig.resolve(
                NOTHING,
                Map.of(
                    "P2PVPN_EXIT_DNS", "9.9.9.9, 2620:fe::fe",
                    "P2PVPN_SERVE_EXIT", "true",
                    "P2PVPN_SERVE_DENY_PORTS", "22,6667",
                    "P2PVPN_EXIT_ALLOW_LAN", "1"),
                Map.of())
            .toNodeConfig();
    assertThat(config.dns()).containsExactly("9.9.9.9", "2620:fe::fe");
    assertThat(config.allowLan()).isTrue();
    assertThat(config.serveExit())
        .isEqualTo(new NodeConfig.ServeExit(List.of(), List.of(), List.of(), List.of(22, 6667)));
  }

  @Test
  void aRelaysLimitsAreReadAndShownAsTheyWereMeant() {
    ConfigFile file = ConfigFile.parse(PATH, ConfigFileTest.FULL);
    EffectiveConfig config =
        EffectiveConfig.resolve(file, Map.of("P2PVPN_RELAY_BANDWIDTH", "0.1Gbit/s"), Map.of());
    assertThat(config.toNodeConfig().relay())
        .isEqualTo(new RelayLimits(100_000_000, 500_000, 100, 8, 8, 5));
    assertThat(config.show())
        .contains(
            new EffectiveConfig.Shown(
                "relay.bandwidth", "\"100 Mbit/s\"", "$P2PVPN_RELAY_BANDWIDTH"));
  }

  @Test
  void aNodeRelaysWithoutALimitUnlessItIsToldNotTo() {
    assertThat(EffectiveConfig.resolve(NOTHING, Map.of(), Map.of()).toNodeConfig().relay())
        .isEqualTo(RelayLimits.DEFAULT);
    Map<Setting, FlagValue> flags =
        Map.of(Setting.RELAY_ENABLED, new FlagValue("--no-relay", "false"));
    assertThat(EffectiveConfig.resolve(NOTHING, Map.of(), flags).toNodeConfig().relay()).isNull();
  }

  @Test
  void aWrongVariableIsABadConfigurationAndAWrongFlagIsBadUsage() {
    assertThatThrownBy(
            () -> EffectiveConfig.resolve(NOTHING, Map.of("P2PVPN_LISTEN", "x"), Map.of()))
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.exitCode()).isEqualTo(78))
        .hasMessageStartingWith("$P2PVPN_LISTEN: expected a UDP port");
    Map<Setting, FlagValue> flags = Map.of(Setting.LISTEN, new FlagValue("--listen", "x"));
    assertThatThrownBy(() -> EffectiveConfig.resolve(NOTHING, Map.of(), flags))
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.exitCode()).isEqualTo(2))
        .hasMessageStartingWith("--listen: expected a UDP port");
  }

  @Test
  void anInviteComesFirstAndReplacesTheFilesLineForTheSameNode() {
    ConfigFile file = ConfigFile.parse(PATH, ConfigFileTest.FULL);
    EffectiveConfig config = EffectiveConfig.resolve(file, Map.of(), Map.of());
    EffectiveConfig with = config.withInvite(ConfigFileTest.line(2));
    assertThat(with.toNodeConfig().peers())
        .extracting(NodeConfig.Peer::address)
        .containsExactly(ConfigFileTest.line(2), ConfigFileTest.line(1));
  }

  @Test
  void neverShowsAToken() {
    ConfigFile file = ConfigFile.parse(PATH, ConfigFileTest.FULL);
    assertThat(EffectiveConfig.resolve(file, Map.of(), Map.of()).show().toString())
        .contains("(secrets hidden)")
        .doesNotContain(ConfigFileTest.TOKEN);
  }
}
