package org.p2pvpn.overlay.identity;

import java.net.InetAddress;

/** Tells an address from a name without asking a resolver. */
public final class AddressLiteral {
  private AddressLiteral() {}

  /**
   * Whether the text is an IPv4 address of four decimal parts, or an IPv6 address without a zone:
   * "%" names a link of one machine and means nothing on another.
   */
  public static boolean isValid(String text) {
    boolean ipv6 = text.indexOf(':') >= 0;
    // The JDK also takes 10.1 for 10.0.0.1, as BSD did; who types that has forgotten something.
    if (text.indexOf('%') >= 0 || (!ipv6 && text.chars().filter(c -> c == '.').count() != 3)) {
      return false;
    }
    try {
      return InetAddress.ofLiteral(text) != null;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
