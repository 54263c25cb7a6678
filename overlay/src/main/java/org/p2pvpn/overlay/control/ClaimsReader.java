package org.p2pvpn.overlay.control;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.ExitSummary;
import org.p2pvpn.overlay.score.Claims;
import org.p2pvpn.overlay.score.Destination.Protocol;
import org.p2pvpn.overlay.score.ExitPolicySummary;
import org.p2pvpn.overlay.score.IpPrefix;
import org.p2pvpn.overlay.score.Role;

/** An advert's claims as the score reads them. */
final class ClaimsReader {
  private ClaimsReader() {}

  static Claims read(org.p2pvpn.overlay.discovery.advert.Claims said) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    said.roles().forEach(role -> roles.add(Role.valueOf(role.name())));
    return new Claims(
        roles,
        said.place().country(),
        said.place().region(),
        said.operator(),
        (int) said.place().asNumber(),
        said.capacity().uplinkKbits() * 1000,
        policy(said.exit()),
        said.capacity().loadPercent() / 100.0,
        Coordinates.read(said.coordinate()),
        neighbourhoods(said.endpoints()),
        said.capacity().upSinceSeconds());
  }

  private static ExitPolicySummary policy(@Nullable ExitSummary exit) {
    if (exit == null) {
      return ExitPolicySummary.NOTHING;
    }
    List<ExitPolicySummary.Rule> rules = new ArrayList<>();
    for (ExitSummary.PortRange ports : exit.deniedPorts()) {
      for (String everywhere : List.of("0.0.0.0/0", "::/0")) {
        rules.add(
            new ExitPolicySummary.Rule(
                false, IpPrefix.parse(everywhere), Protocol.ANY, ports.first(), ports.last()));
      }
    }
    for (ExitSummary.Prefix allowed : exit.allowed()) {
      IpPrefix prefix = IpPrefix.of(allowed.address(), allowed.lengthBits());
      rules.add(new ExitPolicySummary.Rule(true, prefix, Protocol.ANY, 0, 65_535));
    }
    return new ExitPolicySummary(exit.ipv4(), exit.ipv6(), rules);
  }

  /** In private ranges an address says nothing of who owns the house. */
  static List<IpPrefix> neighbourhoods(Iterable<InetSocketAddress> endpoints) {
    Set<IpPrefix> neighbourhoods = new LinkedHashSet<>();
    for (InetSocketAddress endpoint : endpoints) {
      InetAddress address = endpoint.getAddress();
      boolean local =
          address == null
              || address.isLoopbackAddress()
              || address.isLinkLocalAddress()
              || address.isSiteLocalAddress()
              || (address.getAddress().length == 16 && (address.getAddress()[0] & 0xFE) == 0xFC);
      if (!local) {
        neighbourhoods.add(IpPrefix.neighbourhood(address));
      }
    }
    return List.copyOf(neighbourhoods);
  }
}
