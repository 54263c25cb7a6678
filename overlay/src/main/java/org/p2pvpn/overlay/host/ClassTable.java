package org.p2pvpn.overlay.host;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The nft table of the rules: what a rule covers passes into the tunnel with the address that its
 * exit lent, or not at all. In the kernel, so that it holds while there is no lease and when we are
 * dead, whatever the routes say.
 *
 * <p>Routing picks the exit; here it is checked. Only a cgroup cannot be asked by a route: its
 * packets are marked here, routed again, and given their exit's address, as it is too late for the
 * kernel to choose one.
 */
final class ClassTable {
  private static final String REFUSE =
      "    fib saddr type local counter reject with icmpx admin-prohibited\n    counter drop\n";

  private final String link;
  private final String ownMark;
  private final int listenPort;
  private final List<TrafficRule> rules;
  private final Map<Integer, HostPlan.Lease> leases;
  private final List<String> lanPrefixes;
  private final CgroupRoot cgroups;
  private final StringBuilder text = new StringBuilder();

  /**
   * @param rules in their order
   * @param leases by the exit's number; an exit without one is closed
   */
  ClassTable(
      String link,
      String ownMark,
      int listenPort,
      List<TrafficRule> rules,
      Map<Integer, HostPlan.Lease> leases,
      List<String> lanPrefixes,
      CgroupRoot cgroups) {
    this.link = link;
    this.ownMark = ownMark;
    this.listenPort = listenPort;
    this.rules = rules;
    this.leases = new TreeMap<>(leases);
    this.lanPrefixes = lanPrefixes;
    this.cgroups = cgroups;
  }

  String body() {
    boolean marks = rules.stream().anyMatch(rule -> !rule.cgroup().isEmpty());
    for (int exit : new TreeSet<>(rules.stream().map(TrafficRule::exit).toList())) {
      verdict(exit, marks);
    }
    chain("output", "filter hook output priority 5", this::output);
    chain("forward", "filter hook forward priority 5", this::forward);
    chain("source", "nat hook postrouting priority 99", this::source);
    if (marks) {
      chain("by_cgroup", "route hook output priority -150", this::mark);
      chain("checked", "filter hook postrouting priority 110", this::checked);
      // A strict reverse path filter then looks up the way that the answer's question went.
      chain(
          "answers",
          "filter hook prerouting priority -140",
          out ->
              out.accept(
                  "iifname \"%s\" ct mark %s meta mark set ct mark".formatted(link, marksOf())));
    }
    return text.toString();
  }

  /** The last word on what a rule covers. */
  private void verdict(int exit, boolean marks) {
    HostPlan.Lease lease = leases.getOrDefault(exit, HostPlan.Lease.NONE);
    text.append("  chain exit_").append(exit).append(" {\n");
    for (boolean ipv6 : new boolean[] {false, true}) {
      for (String address : lease.all(ipv6)) {
        line("oifname \"%s\" %s saddr %s accept".formatted(link, ip(ipv6), address));
      }
    }
    text.append(REFUSE).append("  }\n");
    if (marks) {
      text.append("  chain marked_").append(exit).append(" {\n");
      for (boolean ipv6 : new boolean[] {false, true}) {
        if (!lease.of(ipv6).isEmpty()) {
          // The device seen here is the one before the packet was routed again; see checked.
          line("meta nfproto %s accept".formatted(ipv6 ? "ipv6" : "ipv4"));
        }
      }
      text.append(REFUSE).append("  }\n");
    }
  }

  private void output(Consumer<String> out) {
    own(out, "accept");
    out.accept(
        "icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept");
    for (TrafficRule rule : rules) {
      String verdict = (rule.cgroup().isEmpty() ? "goto exit_" : "goto marked_") + rule.exit();
      if (!rule.hasPrefix()) {
        lan(out, match(rule), verdict);
      }
      out.accept(match(rule) + " " + verdict);
    }
    // What the kernel sends without a socket: the end of a connection.
    leases((exit, ip, lease) -> out.accept("%s saddr %s goto exit_%d".formatted(ip, lease, exit)));
  }

  /** Our own datagrams, this host itself, and other nodes: no rule is about them. */
  private void own(Consumer<String> out, String verdict) {
    out.accept("oifname \"lo\" " + verdict);
    out.accept("meta mark %s udp sport %d %s".formatted(ownMark, listenPort, verdict));
    out.accept("oifname \"%s\" ip daddr 240.0.0.0/5 %s".formatted(link, verdict));
    out.accept("oifname \"%s\" ip6 daddr fd70::/16 %s".formatted(link, verdict));
  }

  /** As the kill switch has it: the host's own networks, and never names. */
  private void lan(Consumer<String> out, String match, String verdict) {
    for (boolean ipv6 : new boolean[] {false, true}) {
      String own =
          lanPrefixes.stream()
              .filter(prefix -> prefix.contains(":") == ipv6)
              .collect(Collectors.joining(", "));
      if (!own.isEmpty()) {
        String there = "%s %s daddr { %s } ".formatted(match, ip(ipv6), own);
        out.accept(there + "meta l4proto { tcp, udp } th dport { 53, 853 } " + verdict);
        out.accept(there + "accept");
      }
    }
  }

  /** Of containers and virtual machines, who have no users here. */
  private void forward(Consumer<String> out) {
    out.accept("iifname \"" + link + "\" accept");
    for (TrafficRule rule : rules) {
      if (rule.coversForwarded()) {
        if (leases.containsKey(rule.exit())) {
          out.accept("%s oifname \"%s\" accept".formatted(match(rule), link));
        }
        out.accept(match(rule) + " counter drop");
      }
    }
  }

  /**
   * Puts the lease on what has another address. On what has it already, too: that settles it, and
   * the table for all other traffic, which comes next, leaves it alone.
   */
  private void source(Consumer<String> out) {
    out.accept("oifname != \"" + link + "\" return");
    out.accept("ip daddr 240.0.0.0/5 return");
    out.accept("ip6 daddr fd70::/16 return");
    for (int i = 0; i < rules.size(); i++) {
      TrafficRule rule = rules.get(i);
      if (!rule.cgroup().isEmpty()) {
        translate(out, "meta mark " + HostPlan.ruleMark(i), rule);
      }
    }
    leases((_, ip, lease) -> out.accept("%1$s saddr %2$s snat %1$s to %2$s".formatted(ip, lease)));
    rules.stream()
        .filter(TrafficRule::coversForwarded)
        .forEach(rule -> translate(out, match(rule), rule));
  }

  private void translate(Consumer<String> out, String match, TrafficRule rule) {
    HostPlan.Lease lease = leases.getOrDefault(rule.exit(), HostPlan.Lease.NONE);
    for (boolean ipv6 : new boolean[] {false, true}) {
      if (!lease.of(ipv6).isEmpty() && rule.isOf(ipv6)) {
        String family = rule.hasPrefix() && rule.cgroup().isEmpty() ? "" : family(ipv6);
        out.accept("%s%s snat %s to %s".formatted(family, match, ip(ipv6), lease.of(ipv6)));
      }
    }
  }

  private void mark(Consumer<String> out) {
    own(out, "return");
    for (int i = 0; i < rules.size(); i++) {
      TrafficRule rule = rules.get(i);
      String set = " meta mark set %1$s ct mark set %1$s".formatted(HostPlan.ruleMark(i));
      out.accept(match(rule) + (rule.cgroup().isEmpty() ? "" : set) + " return");
    }
    out.accept("ct mark " + marksOf() + " meta mark set ct mark");
  }

  /** Where a packet that was marked really leaves, and from which address. */
  private void checked(Consumer<String> out) {
    for (int i = 0; i < rules.size(); i++) {
      TrafficRule rule = rules.get(i);
      if (rule.cgroup().isEmpty()) {
        continue;
      }
      String mark = "meta mark " + HostPlan.ruleMark(i);
      HostPlan.Lease lease = leases.getOrDefault(rule.exit(), HostPlan.Lease.NONE);
      for (boolean ipv6 : new boolean[] {false, true}) {
        if (!lease.of(ipv6).isEmpty()) {
          String own = String.join(", ", lease.all(ipv6));
          out.accept(
              "oifname \"%s\" %s %s saddr != { %s } counter drop"
                  .formatted(link, mark, ip(ipv6), own));
        }
      }
      String beside = "oifname != { \"lo\", \"%s\" } %s".formatted(link, mark);
      if (!rule.hasPrefix()) {
        lan(out, beside, "counter drop");
      }
      out.accept(beside + " counter drop");
    }
  }

  /** Never empty where it is used. */
  private String marksOf() {
    StringBuilder marks = new StringBuilder();
    for (int i = 0; i < rules.size(); i++) {
      if (!rules.get(i).cgroup().isEmpty()) {
        marks.append(marks.isEmpty() ? "{ " : ", ").append(HostPlan.ruleMark(i));
      }
    }
    return marks.append(" }").toString();
  }

  private String match(TrafficRule rule) {
    StringBuilder match = new StringBuilder();
    if (!rule.cgroup().isEmpty()) {
      match.append(' ').append(cgroups.match(rule.cgroup()));
    }
    if (rule.uid() >= 0) {
      match.append(" meta skuid ").append(rule.uid());
    }
    if (rule.mark() >= 0) {
      match.append(" meta mark ").append(HostPlan.hex(rule.mark()));
    }
    if (rule.hasPrefix()) {
      match.append(' ').append(ip(rule.prefix().contains(":"))).append(" daddr ");
      match.append(rule.prefix());
    }
    return match.substring(1);
  }

  /** One line for each address that was lent. */
  private interface PerLease {
    void accept(int exit, String ip, String lease);
  }

  private void leases(PerLease each) {
    leases.forEach(
        (exit, lease) -> {
          for (boolean ipv6 : new boolean[] {false, true}) {
            lease.all(ipv6).forEach(address -> each.accept(exit, ip(ipv6), address));
          }
        });
  }

  private void chain(String name, String hook, Consumer<Consumer<String>> lines) {
    text.append("  chain ").append(name).append(" {\n");
    line("type " + hook + "; policy accept;");
    lines.accept(this::line);
    text.append("  }\n");
  }

  private void line(String rule) {
    text.append("    ").append(rule).append('\n');
  }

  private static String ip(boolean ipv6) {
    return ipv6 ? "ip6" : "ip";
  }

  private static String family(boolean ipv6) {
    return "meta nfproto " + (ipv6 ? "ipv6 " : "ipv4 ");
  }
}
