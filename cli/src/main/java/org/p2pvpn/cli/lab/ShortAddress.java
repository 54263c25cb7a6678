package org.p2pvpn.cli.lab;

import java.net.Inet6Address;
import java.net.InetAddress;

/** Addresses as people write them; the JDK writes IPv6 with every zero. */
final class ShortAddress {
  private ShortAddress() {}

  /** RFC 5952, as far as the lab's own addresses need it: the first run of zeros becomes "::". */
  static String of(InetAddress address) {
    String text = address.getHostAddress();
    if (!(address instanceof Inet6Address)) {
      return text;
    }
    int scope = text.indexOf('%');
    return (scope < 0 ? text : text.substring(0, scope)).replaceFirst("(:0){2,}(:|$)", "::");
  }
}
