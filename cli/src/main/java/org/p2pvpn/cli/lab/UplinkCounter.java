package org.p2pvpn.cli.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.p2pvpn.overlay.host.HostCommands;
import org.p2pvpn.overlay.node.config.EffectiveConfig;

/**
 * What comes out of alice's uplink, counted by the kernel at the router's end of it: before any
 * firewall, routing or connection tracking, and every kind of frame.
 */
final class UplinkCounter {
  private static final Pattern COUNTER =
      Pattern.compile("counter (\\w+) \\{\\s*packets (\\d+) bytes (\\d+)");

  /**
   * Packets so far.
   *
   * @param tunnel UDP of the daemon's port, and what follows the first fragment of UDP: of a
   *     message in clear the first one counts as such
   * @param neighbours ARP and neighbour discovery, without which no link works
   * @param clear everything else
   */
  record Count(long tunnel, long neighbours, long clear) {
    Count plus(Count other) {
      return new Count(tunnel + other.tunnel, neighbours + other.neighbours, clear + other.clear);
    }
  }

  private final HostCommands commands;
  private final String router;

  UplinkCounter(HostCommands commands, LabPlace place) {
    this.commands = commands;
    this.router = place.namespace(Topology.ROUTER);
  }

  void install() {
    String rules =
        """
        table netdev lab {
          counter tunnel { }
          counter neighbours { }
          counter clear { }
          chain uplink {
            type filter hook ingress device "%1$s" priority -500; policy accept;
            udp sport %2$d counter name tunnel accept
            ip protocol udp ip frag-off & 0x1fff != 0 counter name tunnel accept
            ip6 nexthdr 44 frag nexthdr udp frag frag-off != 0 counter name tunnel accept
            ether type arp counter name neighbours accept
            icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } counter name neighbours accept
            counter name clear
          }
        }
        """
            .formatted(Topology.ALICE, EffectiveConfig.DEFAULT_PORT);
    commands.require(nft("-f", "-"), rules);
  }

  Count read() {
    return count(commands.require(nft("list", "counters"), ""));
  }

  /** Reads and sets to 0 in one step: nothing that passes between is lost. */
  Count readAndReset() {
    return count(commands.require(nft("reset", "counters"), ""));
  }

  static Count count(String listing) {
    long tunnel = 0;
    long neighbours = 0;
    long clear = 0;
    Matcher matcher = COUNTER.matcher(listing);
    while (matcher.find()) {
      long packets = Long.parseLong(matcher.group(2));
      switch (matcher.group(1)) {
        case "tunnel" -> tunnel = packets;
        case "neighbours" -> neighbours = packets;
        default -> clear += packets;
      }
    }
    return new Count(tunnel, neighbours, clear);
  }

  private List<String> nft(String... words) {
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", router, "nft"));
    command.addAll(List.of(words));
    return command;
  }
}
