package org.p2pvpn.overlay.host;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    rules.append(family("ip", "240.0.0.0/5", tunnel.overlayIpv4(), lease.all(false)));
    rules.append(family("ip6", "fd70::/16", tunnel.overlayIpv6(), lease.all(true)));
    return rules.append("  }\n").toString();
  }

  /** {@code leases}: the present one first. */
  private static String family(String ip, String overlay, String own, List<String> leases) {
    String ours = Stream.concat(Stream.of(own), leases.stream()).collect(Collectors.joining(", "));
    String toPeers =
        "    %1$s saddr != { %2$s } %1$s daddr %3$s snat %1$s to %4$s\n"
            .formatted(ip, ours, overlay, own);
    return leases.isEmpty()
        ? toPeers
        : toPeers
            + "    %1$s saddr != { %2$s } %1$s daddr != %3$s snat %1$s to %4$s\n"
                .formatted(ip, ours, overlay, leases.getFirst());
  }

  private ForwardedNat() {}
}
