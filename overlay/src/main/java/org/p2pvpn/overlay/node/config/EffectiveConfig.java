package org.p2pvpn.overlay.node.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.NetworkKey;
import org.p2pvpn.overlay.circuit.RelayLimits;
import org.p2pvpn.overlay.discovery.advert.WorkPuzzle;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.p2pvpn.overlay.identity.NodeName;
import org.p2pvpn.overlay.node.NodeConfig;

/** All settings with where each came from: flag beats environment beats file beats default. */
public final class EffectiveConfig {
  /** Ours: 0x7076 is "pv", as in the firewall mark and the routing table. */
  public static final int DEFAULT_PORT = 28_790;

  public static final Path DEFAULT_STATE = Path.of("/var/lib/p2pvpn");
  public static final Path DEFAULT_SOCKET = Path.of("/run/p2pvpn/p2pvpn.sock");

  private static final Map<Setting, Object> DEFAULTS =
      Map.ofEntries(
          Map.entry(Setting.LISTEN, DEFAULT_PORT),
          Map.entry(Setting.STATE, DEFAULT_STATE.toString()),
          Map.entry(Setting.SOCKET, DEFAULT_SOCKET.toString()),
          Map.entry(Setting.CONNECT_TIMEOUT, Duration.ofSeconds(30)),
          Map.entry(Setting.INTERFACE_NAME, "p2p0"),
          Map.entry(Setting.INTERFACE_MTU, 1500),
          Map.entry(Setting.INTERFACE_SHARDS, 0),
          Map.entry(Setting.INTERFACE_TRANSPORT, "epoll"),
          Map.entry(Setting.INTERFACE_SUITE, "auto"),
          Map.entry(Setting.EXIT_HOPS, 1),
          Map.entry(Setting.EXIT_PRESET, "balanced"),
          Map.entry(Setting.EXIT_ROTATE, Duration.ZERO),
          Map.entry(Setting.COUNTRY, ""),
          Map.entry(Setting.OPERATOR, ""),
          Map.entry(Setting.BOOTSTRAP, List.of()),
          Map.entry(Setting.EXIT_DNS, List.of()),
          Map.entry(Setting.EXIT_ROUTES, List.of()),
          Map.entry(Setting.EXIT_ALLOW_LAN, false),
          Map.entry(Setting.RELAY_ENABLED, true),
          Map.entry(Setting.RELAY_BANDWIDTH, BitRate.UNLIMITED),
          Map.entry(Setting.RELAY_BANDWIDTH_PER_PEER, BitRate.UNLIMITED),
          Map.entry(Setting.RELAY_CIRCUITS, RelayLimits.DEFAULT.circuits()),
          Map.entry(Setting.RELAY_CIRCUITS_PER_PEER, RelayLimits.DEFAULT.circuitsPerPeer()),
          Map.entry(Setting.RELAY_EXTENDS_PER_SECOND, RelayLimits.DEFAULT.extendsPerSecond()),
          Map.entry(Setting.PRIVATE_NETWORK, false),
          Map.entry(Setting.PUZZLE, WorkPuzzle.DEFAULT_BITS),
          Map.entry(Setting.RESOLVER_ENABLED, false),
          Map.entry(Setting.RESOLVER_CHANGE_HOST, true),
          Map.entry(Setting.LAN_ENABLED, true),
          Map.entry(Setting.LAN_JOIN, false),
          Map.entry(Setting.SERVE_EXIT, false),
          Map.entry(Setting.SERVE_DNS, List.of()),
          Map.entry(Setting.SERVE_ALLOW, List.of()),
          Map.entry(Setting.SERVE_DENY, List.of()),
          Map.entry(Setting.SERVE_DENY_PORTS, List.of()));

  /**
   * One line of {@code config show --effective}.
   *
   * @param value as the file would have it, invite tokens hidden
   * @param origin {@code default}, {@code path:line}, {@code $VARIABLE} or {@code --flag}
   */
  public record Shown(String key, String value, String origin) {}

  private record Valued(Object value, String origin) {}

  private final Map<Setting, Valued> values = new EnumMap<>(Setting.class);
  private final List<NodeConfig.Peer> peers = new ArrayList<>();
  private final Map<String, String> names = new TreeMap<>();
  private final List<String> peerOrigins = new ArrayList<>();
  private final List<ConfigRoute> routes = new ArrayList<>();
  private String routesOrigin = "";

  private EffectiveConfig() {}

  /**
   * Puts all sources together.
   *
   * @param flags text by the setting it is for; the flag's name is for messages
   * @throws ConfigException with every error of file, environment and flags
   */
  public static EffectiveConfig resolve(
      ConfigFile file, Map<String, String> environment, Map<Setting, FlagValue> flags) {
    EffectiveConfig config = new EffectiveConfig();
    List<ConfigError> errors = new ArrayList<>();
    DEFAULTS.forEach((setting, value) -> config.values.put(setting, new Valued(value, "default")));
    config.values.put(Setting.NAME, new Valued(defaultName(), "default (host name)"));
    file.values()
        .forEach(
            (setting, value) ->
                config.values.put(
                    setting,
                    new Valued(value, file.path() + ":" + file.lines().getOrDefault(setting, 0))));
    for (Setting setting : Setting.values()) {
      @Nullable String text = environment.get(setting.environmentName());
      if (text != null && !text.isEmpty()) {
        config.put(setting, text, "$" + setting.environmentName(), errors);
      }
      @Nullable FlagValue flag = flags.get(setting);
      if (flag != null) {
        config.put(setting, flag.text(), flag.flag(), errors);
      }
    }
    if (!errors.isEmpty()) {
      throw new ConfigException(errors);
    }
    config.names.putAll(file.names());
    for (int i = 0; i < file.peers().size(); i++) {
      config.peers.add(file.peers().get(i));
      config.peerOrigins.add(file.path() + ":" + file.peerLines().get(i));
    }
    config.routes.addAll(file.routes());
    config.routesOrigin = file.path().toString();
    config.addBootstrap();
    return config;
  }

  /** Each is a peer like others, without a name of ours; one that has one stays as it is. */
  private void addBootstrap() {
    for (String line : texts(Setting.BOOTSTRAP)) {
      NodeAddress wanted = NodeAddress.parse(line.strip());
      boolean known =
          peers.stream()
              .anyMatch(one -> NodeAddress.parse(one.address()).nodeId().equals(wanted.nodeId()));
      if (!known) {
        peers.add(new NodeConfig.Peer(null, line.strip()));
        peerOrigins.add("bootstrap");
      }
    }
  }

  /** A setting as it was typed behind a flag such as {@code --listen}. */
  public record FlagValue(String flag, String text) {}

  private void put(Setting setting, String text, String origin, List<ConfigError> errors) {
    ValueRule rule = setting.rule();
    @Nullable Object read = ValueRule.FromText.orText(rule, new ValueRule.FromText(text));
    if (read == null) {
      errors.add(new ConfigError(origin, "", 0, 0, rule.refusal(new ValueRule.FromText(text))));
      return;
    }
    values.put(setting, new Valued(read, origin));
  }

  /** The host's name as far as it is one; other characters become "-". */
  static String defaultName() {
    @Nullable String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = System.getenv("HOSTNAME");
    }
    String label = host == null ? "" : host.split("\\.", 2)[0].replaceAll("[^A-Za-z0-9-]", "-");
    return NodeName.isValid(label) ? label : "node";
  }

  /** Adds a peer that was named on the command line, in front of the file's. */
  public EffectiveConfig withInvite(String line) {
    EffectiveConfig with = new EffectiveConfig();
    with.values.putAll(values);
    with.names.putAll(names);
    NodeAddress invited = NodeAddress.parse(line);
    with.peers.add(new NodeConfig.Peer(null, invited.toInvite()));
    with.peerOrigins.add("invite");
    for (int i = 0; i < peers.size(); i++) {
      if (!NodeAddress.parse(peers.get(i).address()).nodeId().equals(invited.nodeId())) {
        with.peers.add(peers.get(i));
        with.peerOrigins.add(peerOrigins.get(i));
      }
    }
    with.routes.addAll(routes);
    with.routesOrigin = routesOrigin;
    return with;
  }

  public Path statePath() {
    return Path.of(text(Setting.STATE));
  }

  public Path socketPath() {
    return Path.of(text(Setting.SOCKET));
  }

  public NodeConfig toNodeConfig() {
    NodeConfig.@Nullable ServeExit serve =
        get(Setting.SERVE_EXIT).equals(true)
            ? new NodeConfig.ServeExit(
                texts(Setting.SERVE_DNS),
                texts(Setting.SERVE_ALLOW),
                texts(Setting.SERVE_DENY),
                ports())
            : null;
    @Nullable String countryFile = textOrNull(Setting.COUNTRY_FILE);
    @Nullable Valued network = values.get(Setting.NETWORK_KEY);
    return new NodeConfig(
        text(Setting.NAME),
        number(Setting.LISTEN),
        statePath(),
        socketPath(),
        text(Setting.INTERFACE_NAME),
        number(Setting.INTERFACE_MTU),
        number(Setting.INTERFACE_SHARDS),
        text(Setting.INTERFACE_TRANSPORT),
        text(Setting.INTERFACE_SUITE),
        List.copyOf(peers),
        textOrNull(Setting.EXIT_USE),
        number(Setting.EXIT_HOPS),
        text(Setting.EXIT_PRESET),
        (Duration) get(Setting.EXIT_ROTATE),
        texts(Setting.EXIT_ROUTES),
        get(Setting.EXIT_ALLOW_LAN).equals(true),
        texts(Setting.EXIT_DNS),
        routes.stream()
            .map(route -> route.toRoute(number(Setting.EXIT_HOPS), text(Setting.EXIT_PRESET)))
            .toList(),
        serve,
        relays() ? relayLimits() : null,
        text(Setting.COUNTRY),
        countryFile == null ? null : Path.of(countryFile),
        text(Setting.OPERATOR),
        new NodeConfig.Network(
            network == null ? null : (NetworkKey) network.value(),
            get(Setting.PRIVATE_NETWORK).equals(true),
            isUnsaid(Setting.PUZZLE) ? null : number(Setting.PUZZLE)),
        new NodeConfig.Resolver(
            get(Setting.RESOLVER_ENABLED).equals(true),
            get(Setting.RESOLVER_CHANGE_HOST).equals(true)),
        names,
        new NodeConfig.Lan(sendsBeacons(), get(Setting.LAN_JOIN).equals(true)),
        (Duration) get(Setting.CONNECT_TIMEOUT));
  }

  /** Of a setting without a default. */
  private @Nullable String textOrNull(Setting setting) {
    @Nullable Valued valued = values.get(setting);
    return valued == null ? null : (String) valued.value();
  }

  private boolean isUnsaid(Setting setting) {
    Valued valued = values.get(setting);
    return valued == null || valued.origin().equals("default");
  }

  /**
   * A relay is known to all by its advert, to its own exit too. Who hides behind relays is one only
   * if it says so.
   */
  private boolean relays() {
    boolean hides =
        (values.get(Setting.EXIT_USE) != null && number(Setting.EXIT_HOPS) > 1)
            || routes.stream()
                .map(one -> one.toRoute(number(Setting.EXIT_HOPS), text(Setting.EXIT_PRESET)))
                .anyMatch(route -> route.hops() > 1);
    return get(Setting.RELAY_ENABLED).equals(true) && !(hides && isUnsaid(Setting.RELAY_ENABLED));
  }

  /** With the kill switch closed nothing is told to the links, unless it says so. */
  private boolean sendsBeacons() {
    boolean closed =
        values.get(Setting.EXIT_USE) != null
            && texts(Setting.EXIT_ROUTES).isEmpty()
            && !get(Setting.EXIT_ALLOW_LAN).equals(true);
    return get(Setting.LAN_ENABLED).equals(true) && !(closed && isUnsaid(Setting.LAN_ENABLED));
  }

  private RelayLimits relayLimits() {
    return new RelayLimits(
        ((BitRate) get(Setting.RELAY_BANDWIDTH)).bitsPerSecond(),
        ((BitRate) get(Setting.RELAY_BANDWIDTH_PER_PEER)).bitsPerSecond(),
        number(Setting.RELAY_CIRCUITS),
        number(Setting.RELAY_CIRCUITS_PER_PEER),
        Math.min(RelayLimits.DEFAULT.halfBuiltPerPeer(), number(Setting.RELAY_CIRCUITS_PER_PEER)),
        number(Setting.RELAY_EXTENDS_PER_SECOND));
  }

  /** Every setting with its origin, in the order of the example file; peers last. */
  public List<Shown> show() {
    List<Shown> shown = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      @Nullable Valued valued = values.get(setting);
      shown.add(
          valued == null
              ? new Shown(setting.key(), "(none)", "default")
              : new Shown(setting.key(), toml(valued.value()), valued.origin()));
    }
    names.forEach((name, node) -> shown.add(new Shown("names." + name, toml(node), "config file")));
    for (int i = 0; i < peers.size(); i++) {
      NodeConfig.Peer peer = peers.get(i);
      NodeAddress address = NodeAddress.parse(peer.address());
      boolean secret = address.token() != null || address.network().key() != null;
      String hidden = secret ? " (secrets hidden)" : "";
      @Nullable String name = peer.name() == null ? address.name() : peer.name();
      String named = name == null ? address.nodeId().shortForm() : name;
      shown.add(
          new Shown(
              "peer[" + i + "]", named + " = \"" + address + "\"" + hidden, peerOrigins.get(i)));
    }
    for (ConfigRoute route : routes) {
      String value = route.shown(number(Setting.EXIT_HOPS), text(Setting.EXIT_PRESET));
      shown.add(new Shown(route.key(), value, routesOrigin + ":" + route.line()));
    }
    return shown;
  }

  private static String toml(Object value) {
    return switch (value) {
      // An address line may bear a token; parsed, it shows none.
      case String text when text.startsWith("p2pvpn://") -> "\"" + NodeAddress.parse(text) + "\"";
      case String text -> "\"" + text + "\"";
      case NetworkKey hidden -> hidden.toString();
      case BitRate rate -> "\"" + rate + "\"";
      case List<?> list ->
          "[" + String.join(", ", list.stream().map(EffectiveConfig::toml).toList()) + "]";
      case Duration duration when duration.toMillisPart() == 0 ->
          "\"" + duration.toSeconds() + "s\"";
      case Duration duration -> "\"" + duration.toMillis() + "ms\"";
      default -> String.valueOf(value);
    };
  }

  private Object get(Setting setting) {
    Valued valued = Objects.requireNonNull(values.get(setting), "a setting without a default");
    return valued.value();
  }

  private String text(Setting setting) {
    return (String) get(setting);
  }

  private int number(Setting setting) {
    return (Integer) get(setting);
  }

  private List<String> texts(Setting setting) {
    return ((List<?>) get(setting)).stream().map(String.class::cast).toList();
  }

  private List<Integer> ports() {
    return ((List<?>) get(Setting.SERVE_DENY_PORTS)).stream().map(Integer.class::cast).toList();
  }
}
