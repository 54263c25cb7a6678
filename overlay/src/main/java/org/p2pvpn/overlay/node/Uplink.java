package org.p2pvpn.overlay.node;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an exit needs to know of its own network.
 *
 * @param prefixes everything connected directly: no client's business
 * @param hasIpv6 whether there is a global IPv6 address and a default route
 * @param advertisedLinks links whose default route comes from router advertisements, which the
 *     kernel ignores on a router unless told otherwise
 * @param resolvers of the host, without those on loopback
 */
record Uplink(
    List<String> prefixes, boolean hasIpv6, List<String> advertisedLinks, List<String> resolvers) {
  private static final Logger LOG = LoggerFactory.getLogger(Uplink.class);
  private static final Path IPV6_ROUTES = Path.of("/proc/net/ipv6_route");
  private static final String IPV6_DEFAULT = "0".repeat(32) + " 00 ";

  /** resolved's stub is on loopback; what it asks itself stands here. */
  private static final List<Path> RESOLVER_FILES =
      List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));

  static Uplink of(String ownLink) {
    List<String> prefixes = new ArrayList<>();
    List<String> advertised = new ArrayList<>();
    boolean globalIpv6 = false;
    try {
      for (NetworkInterface link : NetworkInterface.networkInterfaces().toList()) {
        if (link.isLoopback() || link.getName().equals(ownLink)) {
          continue;
        }
        for (InterfaceAddress address : link.getInterfaceAddresses()) {
          InetAddress own = address.getAddress();
          globalIpv6 |= own instanceof Inet6Address && !own.isLinkLocalAddress();
          prefixes.add(plain(own) + "/" + address.getNetworkPrefixLength());
        }
        if (acceptsAdvertisements(link.getName())) {
          advertised.add(link.getName());
        }
      }
    } catch (SocketException e) {
      LOG.warn("cannot list this host's networks: {}", e.getMessage());
    }
    return new Uplink(prefixes, globalIpv6 && hasIpv6Default(), advertised, hostResolvers());
  }

  private static boolean acceptsAdvertisements(String link) {
    try {
      Path setting = Path.of("/proc/sys/net/ipv6/conf", link, "accept_ra");
      return Files.readString(setting).strip().equals("1");
    } catch (IOException _) {
      return false;
    }
  }

  private static boolean hasIpv6Default() {
    try {
      return Files.readAllLines(IPV6_ROUTES).stream()
          .anyMatch(line -> line.startsWith(IPV6_DEFAULT) && !line.endsWith(" lo"));
    } catch (IOException _) {
      return false;
    }
  }

  private static List<String> hostResolvers() {
    for (Path file : RESOLVER_FILES) {
      try {
        List<String> found =
            Files.readAllLines(file).stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length > 1 && words[0].equals("nameserver"))
                .map(words -> words[1])
                .filter(address -> !address.startsWith("127.") && !address.equals("::1"))
                .filter(address -> !address.contains("%"))
                .toList();
        if (!found.isEmpty()) {
          return found;
        }
      } catch (IOException _) {
        LOG.debug("{}: not there", file);
      }
    }
    return List.of();
  }

  private static String plain(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 || address instanceof Inet4Address ? text : text.substring(0, scope);
  }
}
