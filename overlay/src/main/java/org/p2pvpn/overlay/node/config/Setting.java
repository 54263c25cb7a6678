package org.p2pvpn.overlay.node.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NetworkTerms;

/** Every setting there is but {@code [[peer]]}, in the order of the example file. */
public enum Setting {
  NAME("name", Rules.NAME),
  LISTEN("listen", Rules.integer(0, 65_535, "a UDP port of 0 to 65535, 0 lets the kernel choose")),
  STATE("state", Rules.PATH),
  SOCKET("socket", Rules.SOCKET_PATH),
  CONNECT_TIMEOUT("connect_timeout", Rules.DURATION),
  COUNTRY("country", Rules.COUNTRY),
  COUNTRY_FILE("country_file", Rules.PATH),
  OPERATOR("operator", Rules.OPERATOR),
  NETWORK_KEY("network_key", new ValueRule.Secret()),
  PRIVATE_NETWORK("private_network", Rules.FLAG),
  PUZZLE(
      "puzzle",
      Rules.integer(0, NetworkTerms.PUZZLE_BITS_MAX, "0 to 40 bits, each doubles the work")),
  BOOTSTRAP("bootstrap", Rules.listOf(Rules.ADDRESS_LINE)),
  INTERFACE_NAME("interface.name", Rules.INTERFACE),
  // 1360: below it the tunnel could not carry the 1280 bytes that IPv6 demands.
  INTERFACE_MTU("interface.mtu", Rules.integer(1360, 65_535, "the underlay's MTU, 1360 to 65535")),
  INTERFACE_SHARDS("interface.shards", Rules.integer(0, 64, "0 to 64, 0 lets the node choose")),
  INTERFACE_TRANSPORT("interface.transport", Rules.choice("epoll", "io_uring")),
  INTERFACE_SUITE("interface.suite", Rules.choice("auto", "aesgcm", "chachapoly")),
  EXIT_USE("exit.use", Rules.PEER),
  EXIT_HOPS("exit.hops", Rules.integer(1, 5, "how many nodes the traffic passes, 1 to 5")),
  EXIT_PRESET("exit.preset", Rules.choice("fast", "balanced", "private", "bulk")),
  EXIT_ROTATE("exit.rotate", Rules.DURATION),
  EXIT_ROUTES("exit.routes", Rules.listOf(Rules.PREFIX)),
  EXIT_DNS("exit.dns", Rules.listOf(Rules.ADDRESS)),
  EXIT_ALLOW_LAN("exit.allow_lan", Rules.FLAG),
  RELAY_ENABLED("relay.enabled", Rules.FLAG),
  RELAY_BANDWIDTH("relay.bandwidth", Rules.BIT_RATE),
  RELAY_BANDWIDTH_PER_PEER("relay.bandwidth_per_peer", Rules.BIT_RATE),
  // The table has 65,536 cells, and an asker must find a free one in a few draws.
  RELAY_CIRCUITS("relay.circuits", Rules.integer(1, 32_768, "1 to 32768 circuits")),
  RELAY_CIRCUITS_PER_PEER(
      "relay.circuits_per_peer", Rules.integer(1, 1024, "1 to 1024 circuits of one peer")),
  RELAY_EXTENDS_PER_SECOND(
      "relay.extends_per_second", Rules.integer(1, 1000, "1 to 1000 new circuits a second")),
  RESOLVER_ENABLED("resolver.enabled", Rules.FLAG),
  RESOLVER_CHANGE_HOST("resolver.change_host", Rules.FLAG),
  LAN_ENABLED("lan.enabled", Rules.FLAG),
  LAN_JOIN("lan.join", Rules.FLAG),
  SERVE_EXIT("serve.exit", Rules.FLAG),
  SERVE_DNS("serve.dns", Rules.listOf(Rules.ADDRESS)),
  SERVE_ALLOW("serve.allow", Rules.listOf(Rules.PREFIX)),
  SERVE_DENY("serve.deny", Rules.listOf(Rules.PREFIX)),
  SERVE_DENY_PORTS(
      "serve.deny_ports", Rules.listOf(Rules.integer(1, 65_535, "a port of 1 to 65535")));

  private final String key;

  // Its records hold immutable lists and pure predicates.
  @SuppressWarnings("ImmutableEnumChecker")
  private final ValueRule rule;

  Setting(String key, ValueRule rule) {
    this.key = key;
    this.rule = rule;
  }

  /** As in the file, with its table in front. */
  public String key() {
    return key;
  }

  ValueRule rule() {
    return rule;
  }

  /** {@code P2PVPN_} and the key. */
  public String environmentName() {
    return "P2PVPN_" + key.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  static @Nullable Setting ofKey(String key) {
    for (Setting setting : values()) {
      if (setting.key.equals(key)) {
        return setting;
      }
    }
    return null;
  }

  static List<String> keys() {
    return Arrays.stream(values()).map(Setting::key).toList();
  }
}
