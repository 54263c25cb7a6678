package org.p2pvpn.overlay.discovery.advert;

import java.net.InetAddress;

/**
 * How far an address reaches. An advert's addresses are called by strangers: one that is private
 * would have them knock at a machine in their own LAN.
 */
public enum EndpointReach {
  /** Unicast on the internet. */
  GLOBAL,

  /** A LAN, a carrier's NAT, a laboratory, or documentation. */
  PRIVATE,

  /** This machine; for many nodes in one program. */
  LOOPBACK,

  /** No place to send a datagram to: multicast, link-local without its link, our own tunnels. */
  NOWHERE;

  /** Whether an address of this reach is fine where {@code widest} is. */
  boolean isWithin(EndpointReach widest) {
    return this != NOWHERE && compareTo(widest) <= 0;
  }

  /** By the IANA special-purpose registries. */
  public static EndpointReach of(InetAddress address) {
    if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
      return NOWHERE;
    }
    if (address.isLoopbackAddress()) {
      return LOOPBACK;
    }
    byte[] bytes = address.getAddress();
    int first32 = 0;
    for (int i = 0; i < 4; i++) {
      first32 = first32 << 8 | (bytes[i] & 0xff);
    }
    return bytes.length == 4 ? ofIpv4(first32) : ofIpv6(first32, bytes);
  }

  private static EndpointReach ofIpv4(int address) {
    if (isIn(address, 0x0000_0000, 8) // this network
        || isIn(address, 0xA9FE_0000, 16) // link-local, metadata services
        || isIn(address, 0xC058_6300, 24) // 6to4 relays
        || isIn(address, 0xF000_0000, 4)) { // class E: overlay addresses, broadcast
      return NOWHERE;
    }
    return isIn(address, 0x0A00_0000, 8) // 10/8
            || isIn(address, 0xAC10_0000, 12) // 172.16/12
            || isIn(address, 0xC0A8_0000, 16) // 192.168/16
            || isIn(address, 0x6440_0000, 10) // 100.64/10, carriers' NAT
            || isIn(address, 0xC000_0000, 24) // 192.0.0/24, protocol assignments
            || isIn(address, 0xC000_0200, 24) // 192.0.2/24, documentation
            || isIn(address, 0xC633_6400, 24) // 198.51.100/24, documentation
            || isIn(address, 0xCB00_7100, 24) // 203.0.113/24, documentation
            || isIn(address, 0xC612_0000, 15) // 198.18/15, benchmarks
        ? PRIVATE
        : GLOBAL;
  }

  private static EndpointReach ofIpv6(int first32, byte[] bytes) {
    boolean overlay = bytes[0] == (byte) 0xfd && (bytes[1] == 0x70 || bytes[1] == 0x71);
    if (overlay) {
      return NOWHERE;
    }
    if (isIn(first32, 0xFC00_0000, 7) // unique local
        || first32 == 0x2001_0DB8 // documentation
        || isIn(first32, 0x3FFF_0000, 20)) { // documentation
      return PRIVATE;
    }
    // Forms that hide an IPv4 address would go round the rules above.
    boolean hidesIpv4 = first32 == 0x2001_0000 || isIn(first32, 0x2002_0000, 16);
    return isIn(first32, 0x2000_0000, 3) && !hidesIpv4 ? GLOBAL : NOWHERE;
  }

  private static boolean isIn(int address, int prefix, int lengthBits) {
    return (address ^ prefix) >>> (32 - lengthBits) == 0;
  }
}
