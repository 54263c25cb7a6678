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

  /** The exit of the circuits: one that has never heard from alice. */
  static final String ERIN = "erin";

  /** Two paths of three hops that share no relay need four. */
  private static final List<String> RELAYS = List.of("carol", "dave", "frank", "grace");

  static final int HOPS_MAX = 1 + RELAYS.size() / 2;

  /**
   * A host and its uplink.
   *
   * @param net4 the first three parts of its IPv4 prefix
   * @param net6 its IPv6 prefix
   */
  record Member(String name, String net4, String net6) {
    /** In one provider's network. */
    Member(String name, int number) {
      this(name, "203.0." + number, "2a01:db8:" + number);
    }

    /** In a provider's network of its own: no path has two hops in the same one. */
    static Member elsewhere(String name, int number) {
      return new Member(name, number + ".7.1", "2a" + number + ":db8:1");
    }

    String ipv4() {
      return net4 + ".2";
    }

    String ipv6() {
      return net6 + "::2";
    }

    String routerIpv4() {
      return net4 + ".1";
    }

    String routerIpv6() {
      return net6 + "::1";
    }
  }

  /** In the order they are made. */
  static final List<Member> MEMBERS = members();

  private static List<Member> members() {
    List<Member> members = new ArrayList<>();
    members.add(new Member(ALICE, 1));
    members.add(new Member(BOB, 2));
    members.add(new Member(EXIT, 4));
    members.add(new Member(SITE, 5));
    int number = 80;
    members.add(Member.elsewhere(ERIN, number));
    for (String relay : RELAYS) {
      number++;
      members.add(Member.elsewhere(relay, number));
    }
    return List.copyOf(members);
  }

  /** Enough for a path and a spare that shares none of them. */
  static List<String> relays(int hops) {
    return RELAYS.subList(0, 2 * (hops - 1));
  }

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
