package org.p2pvpn.overlay.host;

/** The rules that are in force with every tunnel, an exit in use or not. */
final class Guard {
  /**
   * A packet for an address of the tunnel that came by another link is a probe (CVE-2019-14899): an
   * answer would tell the LAN our address, or let it guess into connections.
   *
   * <p>Our own datagrams are marked on their way in, so that a strict reverse path filter looks up
   * the same routes as for the way out. And they never enter a tunnel: nesting would loop.
   */
  static String body(String link, String mark, int listenPort) {
    return """
      chain prerouting {
        type filter hook prerouting priority -310; policy accept;
        iifname { "lo", "%1$s" } return
        ip daddr { 240.0.0.0/5, 248.0.0.0/16 } fib daddr type local counter drop
        ip6 daddr fd70::/15 fib daddr type local counter drop
        udp dport %3$d fib daddr type local meta mark set %2$s
      }
      chain input {
        type filter hook input priority -310; policy accept;
        iifname "%1$s" udp dport %3$d counter drop
      }
      chain output {
        type filter hook output priority -310; policy accept;
        oifname "%1$s" meta mark %2$s counter drop
      }
    """
        .formatted(link, mark, listenPort);
  }

  /** The kernel answers ARP for any address it has, on any link (MLLVD-CR-24-03). */
  static String arpBody(String link) {
    return """
      chain input {
        type filter hook input priority 0; policy accept;
        iifname != "%1$s" arp daddr ip { 240.0.0.0/5, 248.0.0.0/16 } counter drop
      }
      chain output {
        type filter hook output priority 0; policy accept;
        oifname != "%1$s" arp saddr ip { 240.0.0.0/5, 248.0.0.0/16 } counter drop
      }
    """
        .formatted(link);
  }

  private Guard() {}
}
