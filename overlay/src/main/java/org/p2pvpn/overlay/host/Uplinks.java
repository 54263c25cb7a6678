package org.p2pvpn.overlay.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What plans need to know of the links that are not ours: read once, when a plan is made. */
public final class Uplinks {
  /** Destination and prefix length in /proc/net/ipv6_route. */
  private static final String IPV6_DEFAULT = "0".repeat(32) + " 00 ";

  private static final Path RESOLVED = Path.of("/run/systemd/resolve/resolv.conf");

  /** Every prefix that is connected directly, in `ip`'s spelling; the TUN and lo apart. */
  public static List<String> connectedPrefixes(HostCommands commands, String tun) {
    Set<String> prefixes = new TreeSet<>();
    for (String family : List.of("-4", "-6")) {
      String json =
          commands.require(List.of("ip", family, "-j", "route", "show", "table", "main"), "");
      for (JsonNode route : JsonMapper.shared().readTree(json.isBlank() ? "[]" : json)) {
        String link = route.path("dev").asString("");
        String destination = route.path("dst").asString("");
        if (!route.has("gateway")
            && !route.has("via")
            && !link.isEmpty()
            && !link.equals(tun)
            && !link.equals("lo")
            && !destination.equals("default")) {
          prefixes.add(destination);
        }
      }
    }
    return List.copyOf(prefixes);
  }

  /**
   * Those of them that are private, for the kill switch: a network that hands out a public range as
   * its LAN wants traffic for that range (TunnelCrack's LocalNet, CVE-2023-36672).
   */
  public static List<String> lanPrefixes(HostCommands commands, String tun) {
    return connectedPrefixes(commands, tun).stream().filter(Uplinks::isPrivate).toList();
  }

  /** Whether the internet is reached by IPv6: a default route that does not end on loopback. */
  public static boolean hasIpv6() {
    try (var routes = Files.lines(Path.of("/proc/net/ipv6_route"))) {
      return routes.anyMatch(route -> route.startsWith(IPV6_DEFAULT) && !route.endsWith(" lo"));
    } catch (IOException _) {
      return false;
    }
  }

  /** Links whose router advertisements stop counting once this host forwards. */
  public static List<String> advertisedLinks() {
    List<String> links = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/sys/net/ipv6/conf"))) {
      for (Path folder : all) {
        String link = String.valueOf(folder.getFileName());
        if (!Set.of("all", "default", "lo").contains(link)
            && "1".equals(Sysctls.read("net/ipv6/conf/" + link + "/accept_ra"))) {
          links.add(link);
        }
      }
    } catch (IOException _) {
      return List.of();
    }
    links.sort(null);
    return links;
  }

  /** The resolvers an exit can pass questions on to; a loopback one cannot be reached by DNAT. */
  public static List<String> resolvers(Path resolvConf) {
    List<String> servers = nameservers(resolvConf);
    if (servers.contains("127.0.0.53")) {
      servers = nameservers(RESOLVED);
    }
    return servers.stream()
        .filter(server -> !server.startsWith("127.") && !server.equals("::1"))
        .filter(server -> !server.contains("%")) // link-local: no address to translate to
        .toList();
  }

  private static List<String> nameservers(Path file) {
    try (var lines = Files.lines(file)) {
      return lines
          .map(line -> line.strip().split("\\s+"))
          .filter(words -> words.length >= 2 && words[0].equals("nameserver"))
          .map(words -> words[1])
          .toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  private static boolean isPrivate(String prefix) {
    return prefix.startsWith("10.")
        || prefix.startsWith("192.168.")
        || prefix.startsWith("169.254.")
        || prefix.matches("172\\.(1[6-9]|2[0-9]|3[01])\\..*")
        || prefix.startsWith("fe80:")
        || prefix.matches("f[cd][0-9a-f]{2}:.*");
  }

  private Uplinks() {}
}
