package org.p2pvpn.overlay.node;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.p2pvpn.overlay.identity.HostPort;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where nodes are on the internet: their hosts, looked up. */
final class Endpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);

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
}
