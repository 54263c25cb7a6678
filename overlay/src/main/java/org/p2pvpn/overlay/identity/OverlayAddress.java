package org.p2pvpn.overlay.identity;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A node's inner addresses, made of its id, so that nobody has to hand them out.
 *
 * <p>IPv6 is {@code fd70::/16} and the first 112 bits of the id: taking a given one costs 2^112
 * keys. IPv4 is in 240.0.0.0/5 with 27 bits: a convenience for old programs. Two nodes may share
 * one, and anyone can find a key for a given one, so nothing may be decided by it.
 */
public final class OverlayAddress {
  private static final int IPV6_PREFIX = 0xfd70;

  /** Class E: works on Linux, collides with no LAN and no carrier's NAT. */
  private static final int IPV4_PREFIX = 0xF000_0000;

  private static final int IPV4_HOST_MASK = 0x07FF_FFFF;

  private OverlayAddress() {}

  public static Inet6Address ipv6(NodeId id) {
    byte[] address = new byte[16];
    address[0] = (byte) (IPV6_PREFIX >>> 8);
    address[1] = (byte) IPV6_PREFIX;
    System.arraycopy(id.toBytes(), 0, address, 2, 14);
    return (Inet6Address) ofBytes(address);
  }

  public static Inet4Address ipv4(NodeId id) {
    byte[] bytes = id.toBytes();
    int first32 = 0;
    for (int i = 0; i < 4; i++) {
      first32 = first32 << 8 | (bytes[i] & 0xff);
    }
    int address = IPV4_PREFIX | (first32 >>> 5 & IPV4_HOST_MASK);
    // Some programs take a last octet of 0 for a network and 255 for a broadcast.
    int lastOctet = address & 0xff;
    if (lastOctet == 0) {
      address |= 1;
    } else if (lastOctet == 255) {
      address &= ~1;
    }
    return (Inet4Address)
        ofBytes(
            new byte[] {
              (byte) (address >>> 24),
              (byte) (address >>> 16),
              (byte) (address >>> 8),
              (byte) address
            });
  }

  private static InetAddress ofBytes(byte[] address) {
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 and 16 bytes are addresses", e);
    }
  }
}
