package org.p2pvpn.overlay.control;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.dataplane.DataPlane;
import org.p2pvpn.overlay.route.RouteTable;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.session.Session;

/** Routes and address guards, made anew from what is known whenever something of it changes. */
final class RoutePublisher {
  private final AddressGuard.Pair own;
  private final DataPlane dataPlane;

  RoutePublisher(AddressGuard.Pair own, DataPlane dataPlane) {
    this.own = own;
    this.dataPlane = dataPlane;
  }

  /** {@code exit}: the one we use, or null. */
  void publish(Collection<Peer> peers, @Nullable ExitLink exit) {
    List<RouteTable.HostRoute> hosts = new ArrayList<>();
    Session exitIpv4 = null;
    Session exitIpv6 = null;
    for (Peer peer : peers) {
      AddressGuard.Pair ownLease =
          exit != null && exit.peer == peer ? exit.leasePair() : AddressGuard.Pair.NONE;
      AddressGuard.Pair overlay = Peer.overlayAddresses(peer.id);
      peer.session.guard(new AddressGuard(overlay, peer.lease, own, ownLease));
      hosts.add(new RouteTable.HostRoute(overlay, peer.session));
      hosts.add(new RouteTable.HostRoute(peer.lease, peer.session));
      if (ownLease.ipv4() != 0) {
        exitIpv4 = peer.session;
      }
      if (ownLease.ipv6High() != 0) {
        exitIpv6 = peer.session;
      }
    }
    dataPlane.publish(new RouteTable(hosts, exitIpv4, exitIpv6));
  }
}
