package org.p2pvpn.overlay.node;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.p2pvpn.overlay.identity.HostPort;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where nodes are on the internet: looking up theirs, and guessing our own for an invite. */
final class Endpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);

  /** An invite is to fit a QR code. */
  static final int OWN_MAX = 4;

  private Endpoints() {}

  /** All addresses of an address line's hosts; a name that is not found is left out aloud. */
  static List<InetSocketAddress> lookUp(NodeAddress address) {
    List<InetSocketAddress> found = new ArrayList<>();
    for (HostPort host : address.hosts()) {
      try {
        for (InetAddress one : InetAddress.getAllByName(host.host())) {
          found.add(new InetSocketAddress(one, host.port()));
        }
      } catch (UnknownHostException _) {
        LOG.warn("peer {}: no address for {}", address.nodeId().shortForm(), host.host());
      }
    }
    return found;
  }

  /** As {@link #own}, to be called at. */
  static List<InetSocketAddress> places(int port, String ownInterface) {
    return own(port, ownInterface).stream()
        .map(host -> new InetSocketAddress(InetAddress.ofLiteral(host.host()), host.port()))
        .toList();
  }

  /**
   * Our own addresses that others may reach, IPv4 first; those of {@code ownInterface} are inner.
   */
  static List<HostPort> own(int port, String ownInterface) {
    List<InetAddress> addresses = new ArrayList<>();
    try {
      for (NetworkInterface link : NetworkInterface.networkInterfaces().toList()) {
        if (link.isUp() && !link.isLoopback() && !link.getName().equals(ownInterface)) {
          link.inetAddresses().filter(Endpoints::isReachable).forEach(addresses::add);
        }
      }
    } catch (SocketException e) {
      LOG.warn("cannot list this host's addresses: {}", e.getMessage());
    }
    addresses.sort(Comparator.comparing(address -> address instanceof Inet6Address));
    return addresses.stream()
        .limit(OWN_MAX)
        .map(address -> new HostPort(withoutScope(address), port))
        .toList();
  }

  private static boolean isReachable(InetAddress address) {
    return !address.isLinkLocalAddress()
        && !address.isLoopbackAddress()
        && !address.isMulticastAddress();
  }

  private static String withoutScope(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }
}
