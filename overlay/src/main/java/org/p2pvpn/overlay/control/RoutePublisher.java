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
  void publish(Collection<Peer> peers, Collection<Peer> passing, @Nullable ExitLink exit) {
    List<RouteTable.HostRoute> hosts = new ArrayList<>();
    Session exitIpv4 = null;
    Session exitIpv6 = null;
    for (Peer peer : peers) {
      AddressGuard.Pair ownLease = leaseFrom(peer, exit);
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
    for (Peer peer : passing) {
      // Neither side shows the other an overlay address of its own; but an exit's kernel answers
      // with its (too big, prohibited, time exceeded).
      AddressGuard.Pair ownLease = leaseFrom(peer, exit);
      boolean isExit = !ownLease.equals(AddressGuard.Pair.NONE);
      AddressGuard.Pair theirs = isExit ? Peer.overlayAddresses(peer.id) : AddressGuard.Pair.NONE;
      peer.session.guard(new AddressGuard(theirs, peer.lease, AddressGuard.Pair.NONE, ownLease));
      hosts.add(new RouteTable.HostRoute(peer.lease, peer.session));
      exitIpv4 = ownLease.ipv4() != 0 ? peer.session : exitIpv4;
      exitIpv6 = ownLease.ipv6High() != 0 ? peer.session : exitIpv6;
    }
    dataPlane.publish(new RouteTable(hosts, exitIpv4, exitIpv6));
  }

  private static AddressGuard.Pair leaseFrom(Peer peer, @Nullable ExitLink exit) {
    return exit != null && exit.peer == peer ? exit.leasePair() : AddressGuard.Pair.NONE;
  }
}
