package org.p2pvpn.overlay.node;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.control.Paths;
import org.p2pvpn.overlay.control.TrafficClass;
import org.p2pvpn.overlay.host.CgroupRoot;
import org.p2pvpn.overlay.host.RoutePlan;
import org.p2pvpn.overlay.host.TrafficRule;

/**
 * What {@code [[route]]} and {@code exit.use} come to: the classes of traffic, each with an exit of
 * its own, and the rules that lead to them. Rules that want the same way share a class.
 *
 * @param classes the default first, if there is one
 */
record Routing(List<TrafficClass> classes, List<TrafficRule> rules) {

  /** What makes two rules want the same. */
  private record Way(String exit, int hops, String preset, double minimumTrust, String name) {}

  static Routing of(NodeConfig config) {
    List<TrafficClass> classes = new ArrayList<>();
    if (config.exit() != null) {
      classes.add(TrafficClass.rest(config.exit(), config.exitHops(), config.exitPreset()));
    }
    Map<Way, List<NodeConfig.Route>> ways = new LinkedHashMap<>();
    for (NodeConfig.Route route : config.routes()) {
      Way way =
          new Way(route.exit(), route.hops(), route.preset(), route.minimumTrust(), route.name());
      ways.computeIfAbsent(way, _ -> new ArrayList<>()).add(route);
    }
    List<TrafficRule> rules = new ArrayList<>();
    int number = 0;
    for (Map.Entry<Way, List<NodeConfig.Route>> entry : ways.entrySet()) {
      Way way = entry.getKey();
      number++;
      List<String> matches = entry.getValue().stream().map(NodeConfig.Route::match).toList();
      String name = way.name().isEmpty() ? matches.getFirst() : way.name();
      classes.add(
          new TrafficClass(
              number, name, matches, way.exit(), way.hops(), way.preset(), way.minimumTrust()));
      for (NodeConfig.Route route : entry.getValue()) {
        addRules(rules, route, number);
      }
    }
    return new Routing(classes, rules);
  }

  private static void addRules(List<TrafficRule> rules, NodeConfig.Route route, int exit) {
    List<String> prefixes = route.to().isEmpty() ? List.of("") : route.to();
    for (String prefix : prefixes) {
      rules.add(new TrafficRule(prefix, route.uid(), route.cgroup(), route.mark(), exit));
    }
  }

  /** Names the class whose exit is wrong. */
  void use(Paths paths) {
    for (TrafficClass traffic : classes) {
      try {
        paths.use(traffic);
      } catch (ControlException e) {
        if (traffic.number() == 0) {
          throw e;
        }
        throw new ControlException(
            e.exitCode(), "route %s: exit: %s".formatted(traffic.name(), e.getMessage()), e.next());
      }
    }
  }

  boolean hasRules() {
    return !rules.isEmpty();
  }

  /** The changes to the host. {@code lanPrefixes}: what stays reachable. */
  RoutePlan plan(NodeConfig config, int listenPort, List<String> lanPrefixes) {
    return new RoutePlan(config.interfaceName(), listenPort, rules, lanPrefixes, CgroupRoot.find());
  }

  /** A cgroup that is not there cannot be matched, and what ran in it would leave beside. */
  static void checkCgroups(NodeConfig config) {
    CgroupRoot root = CgroupRoot.find();
    for (NodeConfig.Route route : config.routes()) {
      if (!route.cgroup().isEmpty() && !root.has(route.cgroup())) {
        throw new ControlException(
            ControlException.BAD_CONFIG,
            "%s.cgroup: there is no cgroup %s: no %s (cgroup v2); it must exist before the node starts"
                .formatted(route.key(), route.cgroup(), root.path(route.cgroup())),
            "systemd-cgls, or mkdir " + root.path(route.cgroup()));
      }
    }
  }
}
