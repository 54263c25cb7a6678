package org.p2pvpn.overlay.control;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
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

  void publish(Collection<Peer> peers, Collection<Peer> passing, Exits exits, Standing standing) {
    List<RouteTable.HostRoute> hosts = new ArrayList<>();
    List<RouteTable.HostRoute> lenders = new ArrayList<>();
    List<Peer> strangers = new ArrayList<>(passing);
    for (Peer peer : peers) {
      if (standing.isGuestAt(peer)) {
        strangers.add(peer);
        continue;
      }
      AddressGuard.Pair ownLease = leaseFrom(peer, exits);
      AddressGuard.Pair overlay = Peer.overlayAddresses(peer.id);
      peer.session.guard(new AddressGuard(overlay, peer.lease, own, ownLease));
      hosts.add(new RouteTable.HostRoute(overlay, peer.session));
      hosts.add(new RouteTable.HostRoute(peer.lease, peer.session));
      addLender(lenders, ownLease, peer);
    }
    for (Peer peer : strangers) {
      // Neither side shows the other an overlay address of its own; but an exit's kernel answers
      // with its (too big, prohibited, time exceeded).
      AddressGuard.Pair ownLease = leaseFrom(peer, exits);
      boolean isExit = !ownLease.equals(AddressGuard.Pair.NONE);
      AddressGuard.Pair theirs = isExit ? Peer.overlayAddresses(peer.id) : AddressGuard.Pair.NONE;
      peer.session.guard(new AddressGuard(theirs, peer.lease, AddressGuard.Pair.NONE, ownLease));
      hosts.add(new RouteTable.HostRoute(peer.lease, peer.session));
      addLender(lenders, ownLease, peer);
    }
    dataPlane.publish(
        exits.areSeveral()
            ? RouteTable.bySource(hosts, lenders)
            : new RouteTable(
                hosts,
                sole(lenders, lease -> lease.ipv4() != 0),
                sole(lenders, lease -> lease.ipv6High() != 0)));
  }

  private static void addLender(
      List<RouteTable.HostRoute> lenders, AddressGuard.Pair lease, Peer peer) {
    if (!lease.equals(AddressGuard.Pair.NONE)) {
      lenders.add(new RouteTable.HostRoute(lease, peer.session));
    }
  }

  private static @Nullable Session sole(
      List<RouteTable.HostRoute> lenders, Predicate<AddressGuard.Pair> has) {
    return lenders.stream()
        .filter(lender -> has.test(lender.address()))
        .findFirst()
        .map(RouteTable.HostRoute::session)
        .orElse(null);
  }

  private static AddressGuard.Pair leaseFrom(Peer peer, Exits exits) {
    return exits
        .links()
        .filter(link -> link.peer == peer)
        .map(ExitLink::leasePair)
        .filter(lease -> !lease.equals(AddressGuard.Pair.NONE))
        .findFirst()
        .orElse(AddressGuard.Pair.NONE);
  }
}
