package org.p2pvpn.overlay.node.config;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.host.HostPlan;
import org.p2pvpn.overlay.host.RoutePlan;
import org.p2pvpn.overlay.identity.AddressLiteral;
import org.p2pvpn.overlay.identity.NodeName;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Reads {@code [[route]]} tables and says what is wrong with them. Used once a file. */
final class RouteParser {
  private static final List<String> MATCHES = List.of("to", "user", "cgroup", "fwmark");
  private static final List<String> KEYS =
      List.of("to", "user", "cgroup", "fwmark", "exit", "name", "hops", "preset", "min_trust");

  /** What is of the tunnel itself, or never leaves this host. */
  private static final List<String> NOT_ROUTABLE =
      List.of(
          "240.0.0.0/4",
          "127.0.0.0/8",
          "224.0.0.0/4",
          "169.254.0.0/16",
          "fd70::/15",
          "::1/128",
          "fe80::/10",
          "ff00::/8");

  private final Errors errors;
  private final Users users;
  private final List<ConfigRoute> routes = new ArrayList<>();
  private final Map<String, Integer> seen = new HashMap<>();

  /** Where errors go. */
  interface Errors {
    void add(@Nullable TomlPosition at, String key, String message);
  }

  RouteParser(Errors errors, Users users) {
    this.errors = errors;
    this.users = users;
  }

  List<ConfigRoute> read(Object value, @Nullable TomlPosition at) {
    if (!(value instanceof TomlArray array)) {
      String hint = value instanceof TomlTable ? "; did you mean \"[[route]]\"?" : "";
      errors.add(at, "route", "expected tables [[route]], found " + Found.describe(value) + hint);
      return routes;
    }
    int prefixes = 0;
    for (int i = 0; i < array.size(); i++) {
      String key = "route[" + i + "]";
      if (array.get(i) instanceof TomlTable table) {
        ConfigRoute route = route(table, key, array.inputPositionOf(i));
        routes.add(route);
        prefixes += Math.max(1, route.to().size());
      } else {
        errors.add(
            array.inputPositionOf(i),
            key,
            "expected a table [[route]], found " + Found.describe(array.get(i)));
      }
    }
    if (prefixes > RoutePlan.RULES_MAX) {
      errors.add(
          at,
          "route",
          "%d rules, counting each prefix; at most %d".formatted(prefixes, RoutePlan.RULES_MAX));
    }
    return routes;
  }

  private ConfigRoute route(TomlTable table, String key, @Nullable TomlPosition at) {
    for (String name : table.keySet()) {
      if (!KEYS.contains(name)) {
        errors.add(
            table.inputPositionOf(List.of(name)),
            key + "." + name,
            "unknown key" + Found.suggestion(name, KEYS));
      }
    }
    if (MATCHES.stream().noneMatch(table::contains)) {
      errors.add(at, key, "expected what it is about: one or more of to, user, cgroup and fwmark");
    }
    if (!table.contains("exit")) {
      errors.add(at, key + ".exit", "expected the exit that it leaves by, found nothing");
    }
    ConfigRoute route =
        new ConfigRoute(
            key,
            text(
                value(
                    table, key, "name", new ValueRule.Text(NodeName.EXPECTED, NodeName::isValid))),
            to(table, key),
            text(value(table, key, "user", USER)),
            uid(table, key),
            text(value(table, key, "cgroup", CGROUP)),
            mark(table, key),
            text(value(table, key, "exit", Rules.PEER)),
            (Integer) value(table, key, "hops", Setting.EXIT_HOPS.rule()),
            (String) value(table, key, "preset", Setting.EXIT_PRESET.rule()),
            trust(table, key),
            at == null ? 0 : at.line());
    once(route, key, at);
    return route;
  }

  private static final ValueRule USER =
      new ValueRule.Text(
          "a user's name", text -> text.matches("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}\\$?"));

  /** Quotes would end the name in nft's text; dots would lead out of the tree. */
  private static final ValueRule CGROUP =
      new ValueRule.Text(
          "a cgroup below the root, such as \"/torrent.slice\"",
          text ->
              text.matches("(/[A-Za-z0-9_.@:\\\\-]{1,200}){1,16}")
                  && !text.matches(".*/\\.{1,2}(/.*)?"));

  private static final ValueRule TO =
      Rules.listOf(
          new ValueRule.Text(
              "a prefix such as 192.0.2.0/24, or an address", text -> prefix(text) != null));

  private static String text(@Nullable Object value) {
    return value == null ? "" : (String) value;
  }

  private @Nullable Object value(TomlTable table, String key, String name, ValueRule rule) {
    @Nullable Object value = table.get(List.of(name));
    @Nullable Object read = value == null ? null : rule.read(value);
    if (value != null && read == null) {
      String typed = value instanceof String text ? text : "";
      errors.add(
          table.inputPositionOf(List.of(name)),
          key + "." + name,
          "expected %s, found %s%s"
              .formatted(
                  rule.expected(), Found.describe(value), Found.suggestion(typed, rule.choices())));
    }
    return read;
  }

  private List<String> to(TomlTable table, String key) {
    List<String> prefixes = new ArrayList<>();
    if (value(table, key, "to", TO) instanceof List<?> written) {
      for (Object one : written) {
        IPAddress prefix = prefix((String) one);
        String wrong = prefix == null ? "" : whyNot(prefix);
        if (!wrong.isEmpty()) {
          errors.add(
              table.inputPositionOf(List.of("to")), key + ".to", "%s: %s".formatted(one, wrong));
        } else if (prefix != null) {
          prefixes.add(prefix.toCanonicalString());
        }
      }
      if (written.isEmpty()) {
        errors.add(
            table.inputPositionOf(List.of("to")), key + ".to", "an empty list covers nothing");
      }
    }
    return prefixes.stream().distinct().toList();
  }

  /** As a whole block; null for what is none. */
  private static @Nullable IPAddress prefix(String text) {
    IPAddressString string = new IPAddressString(text);
    String bare = text.replaceFirst("/.*", "");
    if (!AddressLiteral.isValid(bare) || !text.matches("[^/]+(/[0-9]{1,3})?")) {
      return null;
    }
    IPAddress address = string.getAddress();
    if (address == null) {
      return null;
    }
    return address.isPrefixed()
        ? address.toPrefixBlock()
        : address.setPrefixLength(address.getBitCount());
  }

  private static String whyNot(IPAddress prefix) {
    if (prefix.getNetworkPrefixLength() == 0) {
      return "that is everything: use exit.use, with the command up --exit";
    }
    for (String special : NOT_ROUTABLE) {
      IPAddress block = new IPAddressString(special).getAddress();
      if (block.contains(prefix)) {
        return "no exit is asked for that: it is of the tunnel or of this host (" + special + ")";
      }
    }
    return "";
  }

  private long uid(TomlTable table, String key) {
    if (!(table.get(List.of("user")) instanceof String name) || USER.read(name) == null) {
      return -1;
    }
    long uid = users.uid(name);
    if (uid < 0) {
      errors.add(
          table.inputPositionOf(List.of("user")),
          key + ".user",
          "unknown user \"%s\"%s".formatted(name, Found.suggestion(name, users.names())));
    }
    return uid;
  }

  private long mark(TomlTable table, String key) {
    @Nullable Object value = table.get(List.of("fwmark"));
    if (value == null) {
      return -1;
    }
    TomlPosition at = table.inputPositionOf(List.of("fwmark"));
    if (!(value instanceof Long mark) || mark < 1 || mark > 0xFFFF_FFFFL) {
      errors.add(
          at,
          key + ".fwmark",
          "expected a number of 1 to 0xffffffff, found " + Found.describe(value));
      return -1;
    }
    boolean ours =
        mark == HostPlan.FIREWALL_MARK
            || (mark >= HostPlan.FIRST_RULE_MARK
                && mark < HostPlan.FIRST_RULE_MARK + RoutePlan.RULES_MAX);
    if (ours) {
      errors.add(at, key + ".fwmark", "0x%x is a mark of our own; take another".formatted(mark));
    }
    return mark;
  }

  private double trust(TomlTable table, String key) {
    @Nullable Object value = table.get(List.of("min_trust"));
    if (value == null) {
      return 0;
    }
    double trust =
        value instanceof Number number ? new BigDecimal(number.toString()).doubleValue() : -1;
    if (!(trust >= 0 && trust <= 1)) {
      errors.add(
          table.inputPositionOf(List.of("min_trust")),
          key + ".min_trust",
          "expected a number from 0 to 1, found " + Found.describe(value));
      return 0;
    }
    return trust;
  }

  /** A rule behind one with the same match would never be asked. */
  private void once(ConfigRoute route, String key, @Nullable TomlPosition at) {
    List<String> prefixes = route.to().isEmpty() ? List.of("") : route.to();
    for (String prefix : prefixes) {
      String match = String.join("|", prefix, "" + route.uid(), route.cgroup(), "" + route.mark());
      if (match.equals("|-1||-1")) {
        continue; // said already
      }
      @Nullable Integer earlier = seen.putIfAbsent(match, at == null ? 0 : at.line());
      if (earlier != null) {
        errors.add(
            at,
            key,
            "covers the same%s as the rule in line %d, which would win; remove one"
                .formatted(prefix.isEmpty() ? "" : " (" + prefix + ")", earlier));
      }
    }
  }
}
