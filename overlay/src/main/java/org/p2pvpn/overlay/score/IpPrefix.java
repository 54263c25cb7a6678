package org.p2pvpn.overlay.score;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * A block of addresses. Bits beyond the length are zero.
 *
 * @param high the first 64 bits; an IPv4 address stands in the first 32
 * @param low the last 64 bits of an IPv6 address
 */
public record IpPrefix(boolean ipv6, long high, long low, int length) {
  /** Tor's subnets, path-spec 2.2: one /16 often is one owner. */
  private static final int DIVERSITY_IPV4_BITS = 16;

  /** What a registry gives to one provider. */
  private static final int DIVERSITY_IPV6_BITS = 32;

  public IpPrefix {
    if (length < 0 || length > (ipv6 ? 128 : 32)) {
      throw new IllegalArgumentException(
          "prefix length must be 0-%d, not %d".formatted(ipv6 ? 128 : 32, length));
    }
    high &= mask(length);
    low &= mask(length - 64);
  }

  public static IpPrefix of(InetAddress address, int length) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet6Address
        ? new IpPrefix(true, bytes.getLong(), bytes.getLong(), length)
        : new IpPrefix(false, Integer.toUnsignedLong(bytes.getInt()) << 32, 0, length);
  }

  /** The block that no two hops of one path may share: IPv4 /16, IPv6 /32. */
  public static IpPrefix neighbourhood(InetAddress address) {
    return of(address, address instanceof Inet6Address ? DIVERSITY_IPV6_BITS : DIVERSITY_IPV4_BITS);
  }

  /** What one tenant may well have all addresses of: IPv4 /24, IPv6 /48. */
  public static IpPrefix site(InetAddress address) {
    return of(address, address instanceof Inet6Address ? 48 : 24);
  }

  /**
   * Reads {@code 203.0.113.0/24}, or one address.
   *
   * @throws IllegalArgumentException which says what was expected
   */
  public static IpPrefix parse(String text) {
    int slash = text.indexOf('/');
    try {
      InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
      int whole = address instanceof Inet6Address ? 128 : 32;
      return of(address, slash < 0 ? whole : Integer.parseInt(text.substring(slash + 1)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"%s\": expected a prefix like 203.0.113.0/24".formatted(text), e);
    }
  }

  public boolean contains(IpPrefix other) {
    return ipv6 == other.ipv6
        && length <= other.length
        && (other.high & mask(length)) == high
        && (other.low & mask(length - 64)) == low;
  }

  private static long mask(int bits) {
    if (bits <= 0) {
      return 0;
    }
    return bits >= 64 ? -1L : -1L << (64 - bits);
  }

  @Override
  public String toString() {
    ByteBuffer bytes = ByteBuffer.allocate(16).putLong(high).putLong(low);
    byte[] address = new byte[ipv6 ? 16 : 4];
    bytes.flip().get(address);
    try {
      return InetAddress.getByAddress(address).getHostAddress() + "/" + length;
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 and 16 bytes are addresses", e);
    }
  }
}
