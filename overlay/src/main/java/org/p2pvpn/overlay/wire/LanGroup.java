package org.p2pvpn.overlay.wire;

/**
 * Where beacons go: groups that no router forwards, on a port of their own. All values are ours;
 * 0x7032 0x7076 is "p2pv".
 */
public final class LanGroup {
  /** RFC 2365: local scope; sent with a TTL of 1. */
  public static final String IPV4 = "239.255.112.118";

  /** RFC 4291: transient (no IANA number), link-local scope. */
  public static final String IPV6 = "ff12::7032:7076";

  public static final int PORT = 28_791;

  private LanGroup() {}
}
