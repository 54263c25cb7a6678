package org.p2pvpn.overlay.node;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.p2pvpn.overlay.identity.AddressLiteral;
import org.p2pvpn.overlay.names.NameServer;
import org.p2pvpn.overlay.names.NameTable;

/**
 * The server of peers' names on a loopback address, as the host is told of it. Not on the tunnel's
 * own: that port 53 may be a server's of this host, for its peers.
 */
final class NameSide implements AutoCloseable {
  /** Where programs ask. Ours: beside systemd-resolved's 127.0.0.53. */
  static final String ADDRESS = "127.70.2.53";

  private final NameServer server;

  /** Throws {@link IllegalStateException} when the port is taken. */
  NameSide(Supplier<NameTable> table) {
    server =
        new NameServer(
            new InetSocketAddress(InetAddress.ofLiteral(ADDRESS), NameServer.PORT), table);
  }

  String address() {
    return ADDRESS;
  }

  /** Other names are asked there, if an address is one that can be asked without a scope. */
  void handOnTo(List<String> resolvers) {
    server.forwardTo(
        resolvers.stream()
            .filter(AddressLiteral::isValid)
            .filter(text -> !text.equals(address()))
            .map(text -> new InetSocketAddress(InetAddress.ofLiteral(text), NameServer.PORT))
            .toList());
  }

  Map<String, Long> counters() {
    return server.counters();
  }

  @Override
  public void close() {
    server.close();
  }
}
