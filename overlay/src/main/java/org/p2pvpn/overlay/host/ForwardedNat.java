package org.p2pvpn.overlay.host;

/**
 * Puts our addresses on what containers and virtual machines send into the tunnel. Not by
 * `masquerade`: of a link's two addresses that takes the first, and an exit accepts only its lease.
 */
final class ForwardedNat {
  static String body(HostPlan.Tunnel tunnel, HostPlan.Lease lease) {
    StringBuilder rules = new StringBuilder();
    rules.append("  chain postrouting {\n");
    rules.append("    type nat hook postrouting priority 100; policy accept;\n");
    rules.append("    oifname != \"").append(tunnel.link()).append("\" return\n");
    rules.append(family("ip", "240.0.0.0/5", tunnel.overlayIpv4(), lease.ipv4()));
    rules.append(family("ip6", "fd70::/16", tunnel.overlayIpv6(), lease.ipv6()));
    return rules.append("  }\n").toString();
  }

  private static String family(String ip, String overlay, String own, String lease) {
    String ours = lease.isEmpty() ? own : own + ", " + lease;
    String toPeers =
        "    %1$s saddr != { %2$s } %1$s daddr %3$s snat %1$s to %4$s\n"
            .formatted(ip, ours, overlay, own);
    return lease.isEmpty()
        ? toPeers
        : toPeers
            + "    %1$s saddr != { %2$s } %1$s daddr != %3$s snat %1$s to %4$s\n"
                .formatted(ip, ours, overlay, lease);
  }

  private ForwardedNat() {}
}
