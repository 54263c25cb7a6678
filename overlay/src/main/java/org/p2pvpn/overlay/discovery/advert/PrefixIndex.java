package org.p2pvpn.overlay.discovery.advert;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * Which nodes claim an address in which IPv4 /24 and IPv6 /48. Only addresses of the internet
 * count: a LAN is one prefix by nature, and nobody floods from outside with private addresses. One
 * thread.
 */
final class PrefixIndex {
  private final Map<Long, Set<NodeId>> members = new HashMap<>();

  static Set<Long> prefixesOf(Advert advert) {
    Set<Long> prefixes = new LinkedHashSet<>();
    for (InetSocketAddress endpoint : advert.claims().endpoints()) {
      if (EndpointReach.of(endpoint.getAddress()) == EndpointReach.GLOBAL) {
        prefixes.add(prefix(endpoint.getAddress()));
      }
    }
    return prefixes;
  }

  Set<NodeId> membersOf(long prefix) {
    return members.getOrDefault(prefix, Set.of());
  }

  void add(Advert advert) {
    for (long prefix : prefixesOf(advert)) {
      members.computeIfAbsent(prefix, _ -> new LinkedHashSet<>()).add(advert.id());
    }
  }

  void remove(Advert advert) {
    for (long prefix : prefixesOf(advert)) {
      Set<NodeId> ids = members.get(prefix);
      if (ids != null && ids.remove(advert.id()) && ids.isEmpty()) {
        members.remove(prefix);
      }
    }
  }

  /** The family's length, then the first 3 or 6 bytes. */
  private static long prefix(InetAddress address) {
    byte[] bytes = address.getAddress();
    int prefixBytes = bytes.length == 4 ? 3 : 6;
    long prefix = prefixBytes;
    for (int i = 0; i < prefixBytes; i++) {
      prefix = prefix << 8 | (bytes[i] & 0xff);
    }
    return prefix;
  }
}
