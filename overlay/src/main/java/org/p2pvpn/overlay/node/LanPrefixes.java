package org.p2pvpn.overlay.node;

import java.util.List;

/** What "the LAN" is: RFC 1918, RFC 3927, RFC 4193 and RFC 4291 link-local. */
final class LanPrefixes {
  static final List<String> PRIVATE =
      List.of(
          "10.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "169.254.0.0/16",
          "fc00::/7",
          "fe80::/10");

  private LanPrefixes() {}
}
