package org.p2pvpn.overlay.identity;

/**
 * Where a node may be reached on the internet: a name or an address literal, and a UDP port.
 *
 * @param host without the brackets of an IPv6 address
 */
public record HostPort(String host, int port) {
  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
