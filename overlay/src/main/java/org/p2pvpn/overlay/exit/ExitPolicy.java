package org.p2pvpn.overlay.exit;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where an exit's clients may not go, as one nft table. It is checked by the kernel on every packet
 * after address translation, so that neither a name that resolves to the LAN nor an odd spelling of
 * an address gets round it.
 *
 * @param link the TUN
 * @param poolIpv6 the exit's /64 of leases
 * @param ownPrefixes what is connected to the exit directly, in whatever range: its LAN is no
 *     client's business even when its addresses are public
 * @param allowed what the operator lets clients reach although it would be denied
 * @param denied the operator's additional prefixes
 * @param deniedPorts the operator's additional ports, TCP and UDP
 * @param resolverIpv4 whom DNS to the gateway is passed on to, or empty
 * @param resolverIpv6 likewise
 */
public record ExitPolicy(
    String link,
    String poolIpv6,
    String gatewayIpv6,
    List<String> ownPrefixes,
    List<String> allowed,
    List<String> denied,
    List<Integer> deniedPorts,
    String resolverIpv4,
    String resolverIpv6) {
  public static final String POOL_IPV4 = "248.0.0.0/16";
  private static final String GATEWAY_IPV4 = "248.0.0.1";

  /** threats.md P15 (Tor's list) and 23; 192.0.2/24 and its like are in the IANA registries. */
  static final List<String> DENIED_IPV4 =
      List.of(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "224.0.0.0/3");

  /** Among them every form that hides an IPv4 address: mapped, NAT64, Teredo, 6to4. */
  static final List<String> DENIED_IPV6 =
      List.of(
          "::/8",
          "64:ff9b::/96",
          "64:ff9b:1::/48",
          "100::/64",
          "2001::/32",
          "2002::/16",
          "fc00::/7",
          "fe80::/10",
          "fec0::/10",
          "ff00::/8");

  /** Mail, and Windows' services that worms look for (threats.md P15). */
  static final List<Integer> DENIED_PORTS = List.of(25, 135, 136, 137, 138, 139, 445);

  public ExitPolicy {
    ownPrefixes = List.copyOf(ownPrefixes);
    allowed = List.copyOf(allowed);
    denied = List.copyOf(denied);
    deniedPorts = List.copyOf(deniedPorts);
    Stream.of(ownPrefixes, allowed, denied).flatMap(List::stream).forEach(ExitPolicy::prefix);
    for (int port : deniedPorts) {
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException(
            "denied port %d: expected a number from 1 to 65535".formatted(port));
      }
    }
  }

  /** Closed on every exit, whatever its operator opens. */
  public static List<Integer> closedPorts() {
    return DENIED_PORTS;
  }

  /** What stands between the braces of `table inet p2pvpn_exit`. */
  public String nftBody() {
    return sets()
        + forward().indent(2)
        + input().indent(2)
        + addressTranslation().indent(2)
        + segmentClamp().indent(2);
  }

  private String sets() {
    return set("denied4", "ipv4_addr", merged(DENIED_IPV4, false))
        + set("denied6", "ipv6_addr", merged(DENIED_IPV6, true));
  }

  private String set(String name, String type, List<String> prefixes) {
    return "  set %s {\n    type %s; flags interval; auto-merge;\n    elements = { %s }\n  }\n"
        .formatted(name, type, String.join(", ", prefixes));
  }

  /**
   * A DNS question was already turned to the resolver when it gets here; it alone may reach a
   * resolver on the LAN. Whatever else goes into the TUN must answer something.
   */
  private String forward() {
    return """
        chain forward {
          type filter hook forward priority 0; policy accept;
          iifname "%1$s" jump from_client
          oifname "%1$s" ct state established,related counter accept
          oifname "%1$s" counter drop
        }
        chain from_client {
          oifname "%1$s" counter drop
          ip saddr != %2$s counter drop
          ip6 saddr != %3$s counter drop
          ct state invalid counter drop
        %5$s%6$s  ip daddr @denied4 counter reject with icmpx admin-prohibited
          ip6 daddr @denied6 counter reject with icmpx admin-prohibited
          meta l4proto { tcp, udp } th dport { %4$s } counter reject with icmpx admin-prohibited
          counter accept
        }
        """
        .formatted(link, POOL_IPV4, poolIpv6, ports(), passedOn(), exceptions());
  }

  /** By whom it was asked for first: somebody else's DNAT on this host is no way in. */
  private String passedOn() {
    String ports = "meta l4proto { tcp, udp } th dport 53 counter accept\n";
    return (resolverIpv4.isEmpty()
            ? ""
            : "  ct original ip daddr %s ip daddr %s %s"
                .formatted(GATEWAY_IPV4, resolverIpv4, ports))
        + (resolverIpv6.isEmpty()
            ? ""
            : "  ct original ip6 daddr %s ip6 daddr %s %s"
                .formatted(gatewayIpv6, resolverIpv6, ports));
  }

  /** In front of the denials; the ports stay closed there too. */
  private String exceptions() {
    StringBuilder rules = new StringBuilder();
    for (String text : allowed) {
      IPAddress prefix = prefix(text);
      rules.append(
          "  %s daddr %s meta l4proto { tcp, udp } th dport != { %s } counter accept\n"
              .formatted(prefix.isIPv6() ? "ip6" : "ip", prefix, ports()));
      rules.append(
          "  %s daddr %s meta l4proto != { tcp, udp } counter accept\n"
              .formatted(prefix.isIPv6() ? "ip6" : "ip", prefix));
    }
    return rules.toString();
  }

  private String ports() {
    return Stream.concat(DENIED_PORTS.stream(), deniedPorts.stream())
        .distinct()
        .sorted()
        .map(String::valueOf)
        .collect(Collectors.joining(", "));
  }

  /**
   * A lease opens the exit's way out and nothing on the exit itself but what the operator named;
   * peers are peers.
   */
  private String input() {
    return """
        chain input {
          type filter hook input priority 0; policy accept;
          iifname != "%1$s" return
          ip saddr 240.0.0.0/5 ip saddr != %2$s ip daddr 240.0.0.0/5 accept
          ip6 saddr fd70::/16 ip6 daddr fd70::/16 accept
          ct state established,related ct direction reply accept
        %3$s  counter drop
        }
        """
        .formatted(link, POOL_IPV4, exceptions());
  }

  private String addressTranslation() {
    StringBuilder names = new StringBuilder();
    if (!resolverIpv4.isEmpty()) {
      names.append(
          "  iifname \"%s\" ip saddr %s ip daddr %s meta l4proto { tcp, udp } th dport 53 counter dnat ip to %s\n"
              .formatted(link, POOL_IPV4, GATEWAY_IPV4, resolverIpv4));
    }
    if (!resolverIpv6.isEmpty()) {
      names.append(
          "  iifname \"%s\" ip6 saddr %s ip6 daddr %s meta l4proto { tcp, udp } th dport 53 counter dnat ip6 to %s\n"
              .formatted(link, poolIpv6, gatewayIpv6, resolverIpv6));
    }
    return """
        chain prerouting {
          type nat hook prerouting priority -100; policy accept;
        %4$s}
        chain postrouting {
          type nat hook postrouting priority 100; policy accept;
          oifname != "%1$s" ip saddr %2$s counter masquerade
          oifname != "%1$s" ip6 saddr %3$s counter masquerade
        }
        """
        .formatted(link, POOL_IPV4, poolIpv6, names);
  }

  /** The TUN's MTU is smaller than both ends believe, and not every path lets ICMP through. */
  private String segmentClamp() {
    return """
        chain mss {
          type filter hook forward priority -150; policy accept;
          oifname "%1$s" tcp flags syn tcp option maxseg size set rt mtu
          iifname "%1$s" tcp flags syn tcp option maxseg size set rt mtu
        }
        """
        .formatted(link);
  }

  private List<String> merged(List<String> ours, boolean ipv6) {
    List<String> all = new ArrayList<>(ours);
    Stream.concat(ownPrefixes.stream(), denied.stream())
        .map(ExitPolicy::prefix)
        .filter(prefix -> prefix.isIPv6() == ipv6)
        .map(prefix -> prefix.toPrefixBlock().toCanonicalString())
        .forEach(all::add);
    return all.stream().distinct().toList();
  }

  private static IPAddress prefix(String text) {
    try {
      IPAddress address = new IPAddressString(text).toAddress();
      if (address == null || (address.isMultiple() && !address.isPrefixed())) {
        throw new IllegalArgumentException(wrong(text, "not one address or prefix"));
      }
      return address;
    } catch (AddressStringException e) {
      throw new IllegalArgumentException(wrong(text, String.valueOf(e.getMessage())), e);
    }
  }

  private static String wrong(String text, String reason) {
    return "\"%s\": expected a prefix like 198.51.100.0/24: %s".formatted(text, reason);
  }
}
