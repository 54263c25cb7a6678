package org.p2pvpn.overlay.packet;

/**
 * The inner addresses that are ours: every node has one IPv6 and one IPv4 address made of its node
 * id, and every exit lends leases. Class E collides with no LAN, no CGNAT and no container network;
 * Linux routes it like any other.
 */
public final class OverlayRange {
  private static final int NODE_IPV4 = 0xF000_0000; // 240.0.0.0/5
  private static final int LEASE_IPV4 = 0xF800_0000; // 248.0.0.0/16
  private static final int NODE_IPV6 = 0xFD70; // fd70::/16
  private static final int LEASE_IPV6 = 0xFD71; // fd71::/16

  private OverlayRange() {}

  public static boolean isNode(int ipv4) {
    return (ipv4 & 0xF800_0000) == NODE_IPV4;
  }

  public static boolean isNode(long ipv6High) {
    return ipv6High >>> 48 == NODE_IPV6;
  }

  public static boolean isLease(int ipv4) {
    return (ipv4 & 0xFFFF_0000) == LEASE_IPV4;
  }

  public static boolean isLease(long ipv6High) {
    return ipv6High >>> 48 == LEASE_IPV6;
  }
}
