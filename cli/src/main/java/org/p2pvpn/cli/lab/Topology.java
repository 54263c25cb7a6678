package org.p2pvpn.cli.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * Who is in the lab and how they are wired, as input for {@code ip -batch}: every host on a link of
 * its own to one router.
 *
 * <p>The addresses look like the internet's because an exit denies private ones to its clients.
 * They exist in the lab's namespaces only, so it does not matter what this machine uses.
 */
final class Topology {
  static final String ROUTER = "router";
  static final String ALICE = "alice";
  static final String BOB = "bob";
  static final String EXIT = "exit";
  static final String SITE = "site";

  /**
   * A host and its uplink.
   *
   * @param number the third part of its IPv4 and IPv6 prefix
   */
  record Member(String name, int number) {
    String ipv4() {
      return "203.0." + number + ".2";
    }

    String ipv6() {
      return "2a01:db8:" + number + "::2";
    }

    String routerIpv4() {
      return "203.0." + number + ".1";
    }

    String routerIpv6() {
      return "2a01:db8:" + number + "::1";
    }
  }

  /** In the order they are made. */
  static final List<Member> MEMBERS =
      List.of(new Member(ALICE, 1), new Member(BOB, 2), new Member(EXIT, 4), new Member(SITE, 5));

  /** A later lab has relays: it adds members, and nothing else here changes. */
  static Member member(String name) {
    return MEMBERS.stream().filter(member -> member.name().equals(name)).findFirst().orElseThrow();
  }

  static List<String> hosts() {
    List<String> hosts = new ArrayList<>(List.of(ROUTER));
    MEMBERS.forEach(member -> hosts.add(member.name()));
    return hosts;
  }

  /** Makes namespaces and the links between them; none of the links is ever in the root's. */
  static String links(LabPlace place) {
    StringBuilder batch = new StringBuilder();
    for (String host : hosts()) {
      batch.append("netns add ").append(place.namespace(host)).append('\n');
    }
    for (Member member : MEMBERS) {
      batch.append(
          "link add eth0 netns %s type veth peer name %s netns %s\n"
              .formatted(place.namespace(member.name()), member.name(), place.namespace(ROUTER)));
    }
    return batch.toString();
  }

  /** What one namespace's own batch does. */
  static String addresses(String host) {
    StringBuilder batch = new StringBuilder("link set lo up\n");
    for (Member member : MEMBERS) {
      if (host.equals(ROUTER)) {
        up(batch, member.name(), member.routerIpv4(), member.routerIpv6());
      } else if (host.equals(member.name())) {
        up(batch, "eth0", member.ipv4(), member.ipv6());
        batch.append("route add default via ").append(member.routerIpv4()).append('\n');
        batch.append("route add default via ").append(member.routerIpv6()).append('\n');
      }
    }
    return batch.toString();
  }

  private static void up(StringBuilder batch, String link, String ipv4, String ipv6) {
    batch.append("addr add %s/24 dev %s\n".formatted(ipv4, link));
    batch.append("addr add %s/64 dev %s nodad\n".formatted(ipv6, link));
    batch.append("link set %s up\n".formatted(link));
  }

  /** Written below /proc/sys of a namespace before its links come up. */
  static List<String> sysctls(String host) {
    return host.equals(ROUTER)
        ? List.of("net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding")
        : List.of();
  }

  private Topology() {}
}
