package org.p2pvpn.overlay.node;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.p2pvpn.overlay.host.HostPlan;
import org.p2pvpn.overlay.identity.AddressLiteral;
import org.p2pvpn.overlay.names.NameServer;
import org.p2pvpn.overlay.names.NameTable;

/** The server of peers' names on the tunnel's own addresses, as the host is told of it. */
final class NameSide implements AutoCloseable {
  private final NameServer server;
  private final HostPlan.Tunnel tunnel;

  /** Throws {@link IllegalStateException} when the port is taken. */
  NameSide(HostPlan.Tunnel tunnel, Supplier<NameTable> table) {
    this.tunnel = tunnel;
    server =
        new NameServer(
            List.of(
                InetAddress.ofLiteral(tunnel.overlayIpv6()),
                InetAddress.ofLiteral(tunnel.overlayIpv4())),
            NameServer.PORT,
            table);
  }

  /** Where programs ask; of the two the one that cannot be another node's. */
  String address() {
    return tunnel.overlayIpv6();
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
