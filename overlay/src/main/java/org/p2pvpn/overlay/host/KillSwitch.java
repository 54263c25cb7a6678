package org.p2pvpn.overlay.host;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The nft table that lets only our own datagrams out beside the tunnel. In the kernel, so that it
 * holds when we are dead; by interface and mark and not by route, so that no DHCP option, router
 * advertisement or redirect goes round it (TunnelVision, CVE-2024-3661).
 */
final class KillSwitch {
  /**
   * `reject` answers the local socket at once, with an error that itself goes out by lo. A packet
   * with a forged source gets none: the answer would go to that source. Router and neighbour
   * discovery with a hop limit below 255 was forwarded or forged (RFC 4861, section 6.1).
   */
  static String body(
      String link, String mark, int listenPort, List<String> lanPrefixes, boolean forwards) {
    return """
      chain output {
        type filter hook output priority 0; policy drop;
        oifname { "lo", "%1$s" } accept
        meta mark %2$s udp sport %3$d counter accept
        icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept
        meta nfproto ipv4 udp sport 68 udp dport 67 accept
        ip6 saddr fe80::/10 udp sport 546 udp dport 547 accept
    %4$s    fib saddr type local counter reject with icmpx admin-prohibited
        counter drop
      }
      chain forward {
        type filter hook forward priority 0; policy drop;
    %5$s    counter drop
      }
    """
        .formatted(
            link, mark, listenPort, lan(lanPrefixes), forwards ? forward(link, lanPrefixes) : "");
  }

  /** Never names: a resolver on the LAN would see every one of them. */
  private static String lan(List<String> prefixes) {
    if (prefixes.isEmpty()) {
      return "";
    }
    return "    meta l4proto { tcp, udp } th dport { 53, 853 } counter reject with icmpx admin-prohibited\n"
        + accept("ip daddr", with(family(prefixes, false), "224.0.0.0/24, 239.255.255.250"))
        + accept("ip6 daddr", with(family(prefixes, true), "ff02::/16"));
  }

  /** From the tunnel only answers: an exit must not reach into our containers. */
  private static String forward(String link, List<String> prefixes) {
    StringBuilder rules = new StringBuilder();
    rules.append("    oifname \"").append(link).append("\" counter accept\n");
    rules
        .append("    iifname \"")
        .append(link)
        .append("\" ct state established,related counter accept\n");
    if (!prefixes.isEmpty()) {
      rules.append("    iifname \"").append(link).append("\" drop\n");
      rules.append("    meta l4proto { tcp, udp } th dport { 53, 853 } counter drop\n");
      for (boolean ipv6 : new boolean[] {false, true}) {
        String own = family(prefixes, ipv6);
        if (!own.isEmpty()) {
          String ip = ipv6 ? "ip6" : "ip";
          rules.append("    %1$s saddr { %2$s } %1$s daddr { %2$s } accept\n".formatted(ip, own));
        }
      }
    }
    return rules.toString();
  }

  private static String accept(String match, String prefixes) {
    return "    " + match + " { " + prefixes + " } accept\n";
  }

  private static String with(String prefixes, String always) {
    return prefixes.isEmpty() ? always : prefixes + ", " + always;
  }

  private static String family(List<String> prefixes, boolean ipv6) {
    return prefixes.stream()
        .filter(prefix -> prefix.contains(":") == ipv6)
        .collect(Collectors.joining(", "));
  }

  private KillSwitch() {}
}
