package org.p2pvpn.overlay.discovery.lan;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A link of this host that carries multicast, as it was a moment ago.
 *
 * @param addresses our own there, IPv6 link-local ones with their scope
 */
public record LanLink(String name, int index, List<Address> addresses) {
  /** One of our own addresses and how many bits of it are the link's. */
  public record Address(InetAddress address, int prefixBits) {
    boolean isOnLink(InetAddress other) {
      byte[] own = address.getAddress();
      byte[] theirs = other.getAddress();
      if (own.length != theirs.length) {
        return false;
      }
      for (int bit = 0; bit < prefixBits; bit++) {
        int mask = 0x80 >> (bit & 7);
        if (((own[bit >> 3] ^ theirs[bit >> 3]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  public LanLink {
    addresses = List.copyOf(addresses);
  }

  /**
   * Those that beacons are sent from: of IPv4 the first two, of IPv6 the one that the kernel takes
   * for a group of link-local scope.
   */
  public List<InetAddress> voices() {
    List<InetAddress> all = addresses.stream().map(Address::address).toList();
    Stream<InetAddress> four = all.stream().filter(Inet4Address.class::isInstance).limit(2);
    Stream<InetAddress> six =
        all.stream()
            .filter(Inet6Address.class::isInstance)
            .sorted(Comparator.comparing(address -> !address.isLinkLocalAddress()))
            .limit(1);
    return Stream.concat(four, six).toList();
  }

  /** Whether an address can be called there without a router. */
  public boolean holds(InetAddress address) {
    int scope = address instanceof Inet6Address six ? six.getScopeId() : 0;
    return !address.isMulticastAddress()
        && !address.isAnyLocalAddress()
        && (scope == 0 || scope == index)
        && addresses.stream().anyMatch(own -> own.isOnLink(address));
  }
}
