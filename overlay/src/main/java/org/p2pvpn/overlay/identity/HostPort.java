package org.p2pvpn.overlay.identity;

import java.net.InetSocketAddress;

/**
 * Where a node may be reached on the internet: a name or an address literal, and a UDP port.
 *
 * @param host without the brackets of an IPv6 address
 */
public record HostPort(String host, int port) {
  /** Where a datagram came from; the kernel's IPv6 addresses say "%0" where they have no scope. */
  public static HostPort of(InetSocketAddress endpoint) {
    String text = endpoint.getAddress().getHostAddress();
    int scope = text.indexOf('%');
    return new HostPort(scope < 0 ? text : text.substring(0, scope), endpoint.getPort());
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
