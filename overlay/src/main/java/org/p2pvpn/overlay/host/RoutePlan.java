package org.p2pvpn.overlay.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which changes send what rules cover by exits of their own. Pure, as {@link HostPlan}.
 *
 * <p>Each exit has a routing table, which ends in "unreachable", and each rule a policy rule that
 * leads there: destination, user and mark are what the kernel looks at when it chooses a route, and
 * with it the address a connection starts from. Nothing of this waits for an exit: until it has
 * lent addresses its table leads nowhere.
 */
public final class RoutePlan {
  /** Ours: a policy rule costs every new connection of the host a look. */
  public static final int RULES_MAX = 128;

  /** Ours: two policy rules a rule, and all in front of the default's. */
  private static final int FIRST_PRIORITY = HostPlan.ROUTING_TABLE - 10 - 2 * RULES_MAX;

  private static final int AFTER_ALL = HostPlan.ROUTING_TABLE + 1;

  private final String link;
  private final int listenPort;
  private final List<TrafficRule> rules;
  private final List<String> lanPrefixes;
  private final CgroupRoot cgroups;

  /**
   * @param rules in any order
   * @param lanPrefixes private prefixes that stay reachable for rules without a destination
   */
  public RoutePlan(
      String link,
      int listenPort,
      List<TrafficRule> rules,
      List<String> lanPrefixes,
      CgroupRoot cgroups) {
    this.link = link;
    this.listenPort = listenPort;
    this.rules = TrafficRule.ordered(rules);
    this.lanPrefixes = lanPrefixes;
    this.cgroups = cgroups;
  }

  /** Blocks what the rules cover, but for exits that lent addresses; by their numbers. */
  public HostChange.NftTable guard(Map<Integer, HostPlan.Lease> leases) {
    String body =
        new ClassTable(link, HostPlan.MARK, listenPort, rules, leases, lanPrefixes, cgroups).body();
    return new HostChange.NftTable("inet", HostPlan.CLASSES, body);
  }

  /** The routes; what was not lent stays closed. */
  public List<HostChange> routes(Map<Integer, HostPlan.Lease> leases) {
    List<HostChange> plan = new ArrayList<>();
    for (int exit : new TreeSet<>(rules.stream().map(TrafficRule::exit).toList())) {
      HostPlan.Lease lease = leases.getOrDefault(exit, HostPlan.Lease.NONE);
      HostPlan.addLease(plan, link, lease, HostPlan.ROUTING_TABLE + exit);
    }
    for (boolean ipv6 : new boolean[] {false, true}) {
      addRules(plan, ipv6, leases);
    }
    // What is marked for a rule comes back with that mark, and a reverse path filter must see it.
    plan.add(new HostChange.Sysctl("net/ipv4/conf/all/src_valid_mark", "1"));
    return plan;
  }

  private void addRules(List<HostChange> plan, boolean ipv6, Map<Integer, HostPlan.Lease> leases) {
    // Ours go past all of this, and other nodes are where they are for everybody.
    plan.add(new HostChange.Rule(ipv6, AFTER_ALL, "nop"));
    plan.add(
        new HostChange.Rule(
            ipv6, FIRST_PRIORITY - 3, "fwmark " + HostPlan.MARK + " goto " + AFTER_ALL));
    plan.add(
        new HostChange.Rule(
            ipv6,
            FIRST_PRIORITY - 2,
            "to " + (ipv6 ? "fd70::/16" : "240.0.0.0/5") + " table main"));
    leases.forEach(
        (exit, lease) -> {
          for (String address : lease.all(ipv6)) {
            // The kernel's own packets of a connection, and answers under a reverse path filter.
            plan.add(
                new HostChange.Rule(
                    ipv6, FIRST_PRIORITY - 1, "from " + address + " table " + table(exit)));
          }
        });
    for (int i = 0; i < rules.size(); i++) {
      TrafficRule rule = rules.get(i);
      if (!rule.isOf(ipv6)) {
        continue;
      }
      String selector = selector(rule, i);
      int priority = FIRST_PRIORITY + 2 * i;
      if (!rule.hasPrefix()) {
        // As for the whole host: networks of its own are not what is meant.
        plan.add(
            new HostChange.Rule(ipv6, priority, selector + "table main suppress_prefixlength 0"));
      }
      plan.add(new HostChange.Rule(ipv6, priority + 1, selector + "table " + table(rule.exit())));
    }
  }

  private static String selector(TrafficRule rule, int index) {
    StringBuilder words = new StringBuilder();
    if (rule.hasPrefix()) {
      words.append("to ").append(rule.prefix()).append(' ');
    }
    if (!rule.cgroup().isEmpty()) {
      return words.append("fwmark ").append(HostPlan.ruleMark(index)).append(' ').toString();
    }
    if (rule.mark() >= 0) {
      words.append("fwmark ").append(HostPlan.hex(rule.mark())).append(' ');
    }
    if (rule.uid() >= 0) {
      words.append("uidrange %1$d-%1$d ".formatted(rule.uid()));
    }
    return words.toString();
  }

  private static int table(int exit) {
    return HostPlan.ROUTING_TABLE + exit;
  }
}
