package org.p2pvpn.overlay.route;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.packet.OverlayRange;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.session.Session;

/**
 * Inner destination to session. Immutable and replaced whole by the control plane, so that a batch
 * sees one table.
 *
 * <p>There are host routes (nodes and leases) and behind them the exit: a prefix tree would find
 * nothing more. A node's address that is unknown is never sent to an exit. With several exits the
 * kernel has chosen already which rule covers a packet, and says so by its source, the lease of one
 * of them.
 */
public final class RouteTable {
  public static final RouteTable EMPTY = new RouteTable(List.of(), null, null);

  /** Open addressing; a key of zero is an empty cell, and no address we route is zero. */
  private final int[] ipv4Keys;

  private final @Nullable Session[] ipv4Sessions;
  private final long[] ipv6Keys;
  private final @Nullable Session[] ipv6Sessions;
  private final @Nullable Session exitIpv4;
  private final @Nullable Session exitIpv6;

  /** Empty with one exit. Few, so that a search from the front is the quickest. */
  private final AddressGuard.Pair[] leases;

  private final Session[] lenders;

  /** One host route. */
  public record HostRoute(AddressGuard.Pair address, Session session) {}

  /** {@code exitIpv4} and {@code exitIpv6}: where everything outside the overlay goes, or null. */
  public RouteTable(List<HostRoute> hosts, @Nullable Session exitIpv4, @Nullable Session exitIpv6) {
    this(hosts, exitIpv4, exitIpv6, List.of());
  }

  /**
   * Several exits.
   *
   * @param exits what each lent us; a source that is none of them is sent nowhere outside
   */
  public static RouteTable bySource(List<HostRoute> hosts, List<HostRoute> exits) {
    return new RouteTable(hosts, null, null, exits);
  }

  private RouteTable(
      List<HostRoute> hosts,
      @Nullable Session exitIpv4,
      @Nullable Session exitIpv6,
      List<HostRoute> exits) {
    Map<Integer, Session> byIpv4 = new HashMap<>();
    Map<AddressGuard.Pair, Session> byIpv6 = new HashMap<>();
    for (HostRoute host : hosts) {
      AddressGuard.Pair address = host.address();
      if (address.ipv4() != 0) {
        byIpv4.putIfAbsent(address.ipv4(), host.session());
      }
      if (address.ipv6High() != 0) {
        byIpv6.putIfAbsent(
            new AddressGuard.Pair(0, address.ipv6High(), address.ipv6Low()), host.session());
      }
    }
    ipv4Keys = new int[cells(byIpv4.size())];
    ipv4Sessions = new Session[ipv4Keys.length];
    byIpv4.forEach(this::put);
    ipv6Keys = new long[2 * cells(byIpv6.size())];
    ipv6Sessions = new Session[ipv6Keys.length / 2];
    byIpv6.forEach((address, session) -> put(address.ipv6High(), address.ipv6Low(), session));
    this.exitIpv4 = exitIpv4;
    this.exitIpv6 = exitIpv6;
    leases = exits.stream().map(HostRoute::address).toArray(AddressGuard.Pair[]::new);
    lenders = exits.stream().map(HostRoute::session).toArray(Session[]::new);
  }

  /**
   * The session for the IP packet at {@code at}, whose header is whole; null when there is none.
   */
  public @Nullable Session find(ByteBuffer packet, int at) {
    boolean ipv4 = (packet.get(at) & 0xF0) == 0x40;
    Session session =
        ipv4
            ? findIpv4(packet.getInt(at + 16))
            : findIpv6(packet.getLong(at + 24), packet.getLong(at + 32));
    return session == null && leases.length > 0 ? lender(packet, at, ipv4) : session;
  }

  private @Nullable Session lender(ByteBuffer packet, int at, boolean ipv4) {
    if (ipv4
        ? OverlayRange.isNode(packet.getInt(at + 16))
        : OverlayRange.isNode(packet.getLong(at + 24))) {
      return null;
    }
    for (int i = 0; i < leases.length; i++) {
      AddressGuard.Pair lease = leases[i];
      boolean from =
          ipv4
              ? lease.is(packet.getInt(at + 12))
              : lease.is(packet.getLong(at + 8), packet.getLong(at + 16));
      if (from) {
        return lenders[i];
      }
    }
    return null;
  }

  /** With one exit, or none. */
  public @Nullable Session findIpv4(int address) {
    int mask = ipv4Keys.length - 1;
    for (int cell = hash(address) & mask; ipv4Keys[cell] != 0; cell = (cell + 1) & mask) {
      if (ipv4Keys[cell] == address) {
        return ipv4Sessions[cell];
      }
    }
    return OverlayRange.isNode(address) ? null : exitIpv4;
  }

  public @Nullable Session findIpv6(long high, long low) {
    int mask = ipv6Sessions.length - 1;
    for (int cell = hash(high ^ low) & mask; ipv6Keys[2 * cell] != 0; cell = (cell + 1) & mask) {
      if (ipv6Keys[2 * cell] == high && ipv6Keys[2 * cell + 1] == low) {
        return ipv6Sessions[cell];
      }
    }
    return OverlayRange.isNode(high) ? null : exitIpv6;
  }

  private void put(int address, Session session) {
    int mask = ipv4Keys.length - 1;
    int cell = hash(address) & mask;
    while (ipv4Keys[cell] != 0) {
      cell = (cell + 1) & mask;
    }
    ipv4Keys[cell] = address;
    ipv4Sessions[cell] = session;
  }

  private void put(long high, long low, Session session) {
    int mask = ipv6Sessions.length - 1;
    int cell = hash(high ^ low) & mask;
    while (ipv6Keys[2 * cell] != 0) {
      cell = (cell + 1) & mask;
    }
    ipv6Keys[2 * cell] = high;
    ipv6Keys[2 * cell + 1] = low;
    ipv6Sessions[cell] = session;
  }

  /** At most half full, so that a search for what is not there ends soon. */
  private static int cells(int entries) {
    return Integer.highestOneBit(Math.max(2, 4 * entries - 1));
  }

  private static int hash(long key) {
    return (int) ((key * 0x9E37_79B9_7F4A_7C15L) >>> 32);
  }
}
