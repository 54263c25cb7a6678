package org.p2pvpn.overlay.node.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.AddressSyntaxException;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.p2pvpn.overlay.identity.NodeName;
import org.p2pvpn.overlay.node.NodeConfig;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Checks what tomlj read against {@link Setting} and collects every error. Used once. */
final class ConfigFileParser {
  private static final List<String> PEER_KEYS = List.of("name", "address");
  private static final int ERRORS_MAX = 100;

  private final Path path;
  private final List<ConfigError> errors = new ArrayList<>();
  private final Map<Setting, Object> values = new EnumMap<>(Setting.class);
  private final Map<Setting, Integer> lines = new EnumMap<>(Setting.class);
  private final List<NodeConfig.Peer> peers = new ArrayList<>();
  private final List<Integer> peerLines = new ArrayList<>();
  private final List<ConfigRoute> routes = new ArrayList<>();
  private final Map<String, String> names = new TreeMap<>();
  private final Map<String, Integer> namesSeen = new HashMap<>();
  private final Map<Object, Integer> nodesSeen = new HashMap<>();

  ConfigFileParser(Path path) {
    this.path = path;
  }

  ConfigFile parse(String text) {
    TomlParseResult toml = toml(text);
    check(toml, "");
    // Behind a syntax error tables are not what the writer meant: what is odd there tells nothing.
    int trusted =
        toml.errors().stream().mapToInt(e -> e.position().line()).min().orElse(Integer.MAX_VALUE);
    errors.removeIf(error -> error.line() >= trusted);
    for (TomlParseError error : toml.errors()) {
      add(error.position(), "", syntaxMessage(error));
    }
    if (!errors.isEmpty()) {
      errors.sort(Comparator.comparingInt(ConfigError::line).thenComparingInt(ConfigError::column));
      throw new ConfigException(errors.subList(0, Math.min(errors.size(), ERRORS_MAX)));
    }
    return new ConfigFile(
        path,
        values,
        lines,
        List.copyOf(peers),
        List.copyOf(peerLines),
        List.copyOf(routes),
        names);
  }

  private TomlParseResult toml(String text) {
    try {
      return Toml.parse(text);
    } catch (RuntimeException | StackOverflowError e) {
      // Not promised by tomlj, but numbers and nesting without a limit can break any parser.
      add(TomlPosition.positionAt(1, 1), "", "not TOML: " + e);
      throw new ConfigException(errors);
    }
  }

  /** Sixteen bytes and more in base64url. */
  private static final Pattern LIKE_A_SECRET = Pattern.compile("[A-Za-z0-9_-]{20,}");

  private static boolean isLikeASecret(String text) {
    return text.contains("p2pvpn://") || LIKE_A_SECRET.matcher(text).find();
  }

  private static String syntaxMessage(TomlParseError error) {
    String message = String.valueOf(error.getMessage());
    // The parser quotes what it found, and that may be an invite, or its token alone.
    return isLikeASecret(message)
        ? "not TOML here: a quote is missing or too many"
        : message.isEmpty()
            ? "not TOML here"
            : Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }

  private void check(TomlTable table, String prefix) {
    for (String name : new TreeSet<>(table.keySet())) {
      String key = prefix + name;
      Object value = table.get(List.of(name));
      TomlPosition at = table.inputPositionOf(List.of(name));
      @Nullable Setting setting = Setting.ofKey(key);
      if (value == null) {
        continue;
      }
      if (setting != null) {
        checkValue(setting, value, at);
      } else if (key.equals("peer")) {
        checkPeers(value, at);
      } else if (key.equals("route")) {
        routes.addAll(new RouteParser(this::add, Users.ofHost()).read(value, at));
      } else if (key.equals("names")) {
        checkNames(value, at);
      } else if (value instanceof TomlTable inner && isTable(key)) {
        check(inner, key + ".");
      } else if (isTable(key)) {
        add(at, key, "expected a table [" + key + "], found " + Found.describe(value));
      } else {
        add(at, key, "unknown key" + Found.suggestion(key, knownKeys(prefix)));
      }
    }
  }

  private static boolean isTable(String key) {
    return Setting.keys().stream().anyMatch(known -> known.startsWith(key + "."));
  }

  private static List<String> knownKeys(String prefix) {
    List<String> known = new ArrayList<>(Setting.keys());
    known.removeIf(key -> !key.startsWith(prefix));
    if (prefix.isEmpty()) {
      known.addAll(
          List.of(
              "interface", "peer", "exit", "route", "relay", "resolver", "names", "lan", "serve"));
    }
    return known;
  }

  private void checkValue(Setting setting, Object value, @Nullable TomlPosition at) {
    ValueRule rule = setting.rule();
    @Nullable Object read = rule.read(value);
    if (read == null) {
      add(at, setting.key(), rule.refusal(value));
      return;
    }
    values.put(setting, read);
    lines.put(setting, at == null ? 0 : at.line());
  }

  private void checkPeers(Object value, @Nullable TomlPosition at) {
    if (!(value instanceof TomlArray array)) {
      add(at, "peer", "expected tables [[peer]], found " + Found.describe(value) + peerHint(value));
      return;
    }
    for (int i = 0; i < array.size(); i++) {
      String key = "peer[" + i + "]";
      TomlPosition itemAt = array.inputPositionOf(i);
      if (array.get(i) instanceof TomlTable peer) {
        checkPeer(peer, key, itemAt);
      } else {
        add(itemAt, key, "expected a table [[peer]], found " + Found.describe(array.get(i)));
      }
    }
  }

  /** {@code name = "node id or overlay address"}, as many as there are. */
  private void checkNames(Object value, @Nullable TomlPosition at) {
    if (!(value instanceof TomlTable table)) {
      add(at, "names", "expected a table [names], found " + Found.describe(value));
      return;
    }
    for (String name : new TreeSet<>(table.keySet())) {
      TomlPosition nameAt = table.inputPositionOf(List.of(name));
      String key = "names." + name;
      if (!NodeName.isValid(name)) {
        add(nameAt, key, "expected a name of " + NodeName.EXPECTED);
      } else if (table.get(List.of(name)) instanceof String node && NODE.matcher(node).matches()) {
        names.put(name, node);
      } else {
        add(nameAt, key, "expected a node id of 64 hexadecimal digits, as p2pvpn peers --json has");
      }
    }
  }

  private static final Pattern NODE = Pattern.compile("[0-9a-fA-F]{64}");

  private static String peerHint(Object value) {
    return value instanceof TomlTable ? "; did you mean \"[[peer]]\"?" : "";
  }

  private void checkPeer(TomlTable peer, String key, @Nullable TomlPosition at) {
    for (String name : peer.keySet()) {
      if (!PEER_KEYS.contains(name)) {
        add(
            peer.inputPositionOf(List.of(name)),
            key + "." + name,
            "unknown key" + Found.suggestion(name, PEER_KEYS));
      }
    }
    @Nullable String name = name(peer, key);
    @Nullable Object address = peer.get(List.of("address"));
    @Nullable TomlPosition addressAt =
        address == null ? at : peer.inputPositionOf(List.of("address"));
    String addressKey = key + ".address";
    if (!(address instanceof String line)) {
      add(
          addressAt,
          addressKey,
          "expected the line that p2pvpn invite prints, found "
              + (address == null ? "nothing" : Found.describe(address)));
      return;
    }
    try {
      Object node = NodeAddress.parse(line).nodeId();
      once(nodesSeen, node, addressAt, addressKey, "the same node as");
      peers.add(new NodeConfig.Peer(name, line.strip()));
      peerLines.add(at == null ? 0 : at.line());
    } catch (AddressSyntaxException e) {
      add(addressAt, addressKey, e.getMessage());
    }
  }

  private @Nullable String name(TomlTable peer, String key) {
    @Nullable Object name = peer.get(List.of("name"));
    if (name == null) {
      return null;
    }
    TomlPosition at = peer.inputPositionOf(List.of("name"));
    if (!(name instanceof String text) || !NodeName.isValid(text)) {
      add(at, key + ".name", "expected " + NodeName.EXPECTED + ", found " + Found.describe(name));
      return null;
    }
    once(namesSeen, text, at, key + ".name", "the same name as");
    return text;
  }

  private <T> void once(
      Map<T, Integer> seen, T value, @Nullable TomlPosition at, String key, String same) {
    int line = at == null ? 0 : at.line();
    @Nullable Integer earlier = seen.putIfAbsent(value, line);
    if (earlier != null) {
      add(at, key, same + " in line " + earlier);
    }
  }

  private void add(@Nullable TomlPosition at, String key, @Nullable String message) {
    int line = at == null ? 1 : at.line();
    int column = at == null ? 1 : at.column();
    errors.add(
        new ConfigError(
            path + ":" + line + ":" + column,
            isLikeASecret(key) ? "a key that looks like an invite or a secret" : key,
            line,
            column,
            String.valueOf(message)));
  }
}
