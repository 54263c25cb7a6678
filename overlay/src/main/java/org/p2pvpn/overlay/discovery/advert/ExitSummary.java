package org.p2pvpn.overlay.discovery.advert;

import java.net.InetAddress;
import java.util.List;

/**
 * What an exit says it lets out: enough to choose, the exit's own rules decide.
 *
 * @param deniedPorts what it refuses, TCP and UDP
 * @param allowed the only destinations that it serves; empty is all of the internet
 */
public record ExitSummary(
    boolean ipv4, boolean ipv6, List<PortRange> deniedPorts, List<Prefix> allowed) {
  /** Both ends belong to it. */
  public record PortRange(int first, int last) {
    public PortRange {
      Text.require(first >= 0 && first <= last && last <= 0xFFFF, "ports: expected 0 to 65535");
    }
  }

  /** An address whose bits behind the length are 0. */
  public record Prefix(InetAddress address, int lengthBits) {
    public Prefix {
      byte[] bytes = address.getAddress();
      Text.require(lengthBits >= 0 && lengthBits <= 8 * bytes.length, "prefix: length");
      Text.require(hasNoBitBehind(bytes, lengthBits), "prefix: bits behind its length");
    }

    boolean contains(InetAddress destination) {
      byte[] own = address.getAddress();
      byte[] other = destination.getAddress();
      if (own.length != other.length) {
        return false;
      }
      for (int bit = 0; bit < lengthBits; bit++) {
        if (((own[bit >> 3] ^ other[bit >> 3]) & 0x80 >> (bit & 7)) != 0) {
          return false;
        }
      }
      return true;
    }

    private static boolean hasNoBitBehind(byte[] bytes, int lengthBits) {
      for (int bit = lengthBits; bit < 8 * bytes.length; bit++) {
        if ((bytes[bit >> 3] & 0x80 >> (bit & 7)) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  public ExitSummary {
    deniedPorts = List.copyOf(deniedPorts);
    allowed = List.copyOf(allowed);
    Text.require(deniedPorts.size() <= AdvertLimits.DENIED_PORT_RANGES_MAX, "too many ports");
    Text.require(allowed.size() <= AdvertLimits.ALLOWED_PREFIXES_MAX, "too many prefixes");
  }

  /** Whether the exit says that it would let this out; a claim, as all of this. */
  public boolean permits(InetAddress destination, int port) {
    boolean carried = destination.getAddress().length == 4 ? ipv4 : ipv6;
    return carried
        && deniedPorts.stream().noneMatch(range -> range.first <= port && port <= range.last)
        && (allowed.isEmpty() || allowed.stream().anyMatch(one -> one.contains(destination)));
  }
}
