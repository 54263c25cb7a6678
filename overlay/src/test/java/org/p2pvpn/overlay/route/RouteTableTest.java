package org.p2pvpn.overlay.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.packet.Packets;
import org.p2pvpn.overlay.session.AddressGuard.Pair;
import org.p2pvpn.overlay.session.Epochs;
import org.p2pvpn.overlay.session.Session;

final class RouteTableTest {
  private static final Pair NODE = new Pair(0xF000_0002, 0xFD70_0000_0000_0002L, 2);
  private static final Pair UNKNOWN_NODE = new Pair(0xF000_0003, 0xFD70_0000_0000_0003L, 3);
  private static final Pair LEASE = new Pair(0xF800_0006, 0xFD71_0000_0000_0001L, 6);
  private static final Pair WEB = new Pair(0x0808_0808, 0x2001_4860_0000_0000L, 8);

  private final Session node = Epochs.session(1);
  private final Session exit = Epochs.session(2);
  private final Session exitIpv6 = Epochs.session(3);

  private static void assertRoute(RouteTable table, Pair to, Session ipv4, Session ipv6) {
    assertThat(table.findIpv4(to.ipv4())).isSameAs(ipv4);
    assertThat(table.findIpv6(to.ipv6High(), to.ipv6Low())).isSameAs(ipv6);
  }

  @Test
  void sendsANodesAddressesToItsSession() {
    RouteTable table =
        new RouteTable(List.of(new RouteTable.HostRoute(NODE, node)), exit, exitIpv6);
    assertRoute(table, NODE, node, node);
    assertRoute(table, WEB, exit, exitIpv6);
  }

  @Test
  void anUnknownNodesAddressNeverGoesToTheExit() {
    RouteTable table = new RouteTable(List.of(), exit, exitIpv6);
    assertThat(table.findIpv4(UNKNOWN_NODE.ipv4())).isNull();
    assertThat(table.findIpv6(UNKNOWN_NODE.ipv6High(), UNKNOWN_NODE.ipv6Low())).isNull();
  }

  @Test
  void theExitsOwnGatewayIsReachedThroughTheExit() {
    RouteTable table = new RouteTable(List.of(), exit, exitIpv6);
    assertThat(table.findIpv4(0xF800_0001)).isSameAs(exit);
  }

  @Test
  void withoutAnExitTheInternetHasNoRoute() {
    RouteTable table = new RouteTable(List.of(new RouteTable.HostRoute(NODE, node)), null, null);
    assertThat(table.findIpv4(WEB.ipv4())).isNull();
    assertThat(table.findIpv6(WEB.ipv6High(), WEB.ipv6Low())).isNull();
    assertThat(RouteTable.EMPTY.findIpv4(NODE.ipv4())).isNull();
    assertThat(RouteTable.EMPTY.findIpv6(NODE.ipv6High(), NODE.ipv6Low())).isNull();
  }

  @Test
  void anAddressThatWasNotGivenIsNoRoute() {
    RouteTable table =
        new RouteTable(List.of(new RouteTable.HostRoute(Pair.NONE, node)), null, null);
    assertThat(table.findIpv4(0)).isNull();
    assertThat(table.findIpv6(0, 0)).isNull();
  }

  @Test
  void theFirstOfTwoRoutesToOneAddressHolds() {
    List<RouteTable.HostRoute> routes =
        List.of(new RouteTable.HostRoute(LEASE, node), new RouteTable.HostRoute(LEASE, exit));
    assertRoute(new RouteTable(routes, null, null), LEASE, node, node);
  }

  private static void assertFrom(RouteTable table, Pair from, Pair to, @Nullable Session session) {
    for (byte[] packet :
        List.of(Packets.ipv4(from, to, new byte[1]), Packets.ipv6(from, to, new byte[1]))) {
      assertThat(table.find(ByteBuffer.wrap(packet), 0)).isSameAs(session);
    }
  }

  @Test
  void ofSeveralExitsTheOneThatLentTheSourceIsTaken() {
    Pair second = new Pair(0xF800_0007, 0xFD71_0000_0000_0002L, 6);
    RouteTable table =
        RouteTable.bySource(
            List.of(new RouteTable.HostRoute(NODE, node)),
            List.of(
                new RouteTable.HostRoute(LEASE, exit), new RouteTable.HostRoute(second, exitIpv6)));
    assertFrom(table, LEASE, WEB, exit);
    assertFrom(table, second, WEB, exitIpv6);
    assertFrom(table, second, NODE, node);
    assertFrom(table, LEASE, UNKNOWN_NODE, null);
  }

  @Test
  void ofSeveralExitsNoneGetsASourceThatItDidNotLend() {
    RouteTable table =
        RouteTable.bySource(List.of(), List.of(new RouteTable.HostRoute(LEASE, exit)));
    assertFrom(table, new Pair(0xF800_0007, LEASE.ipv6High(), 7), WEB, null);
    assertFrom(table, NODE, WEB, null);
    RouteTable ipv4Only =
        RouteTable.bySource(
            List.of(), List.of(new RouteTable.HostRoute(new Pair(LEASE.ipv4(), 0, 0), exit)));
    assertThat(ipv4Only.find(ByteBuffer.wrap(Packets.ipv6(LEASE, WEB, new byte[1])), 0)).isNull();
  }

  @Test
  void findsTheDestinationInAPacket() {
    RouteTable table = new RouteTable(List.of(new RouteTable.HostRoute(NODE, node)), null, null);
    for (byte[] packet :
        List.of(
            Packets.ipv4(UNKNOWN_NODE, NODE, new byte[1]),
            Packets.ipv6(UNKNOWN_NODE, NODE, new byte[1]))) {
      ByteBuffer buffer = ByteBuffer.allocate(7 + packet.length).put(7, packet);
      assertThat(table.find(buffer, 7)).isSameAs(node);
    }
  }

  @Test
  void agreesWithAMap() {
    for (long seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      int count = random.nextInt(300);
      Map<Integer, Session> byIpv4 = new HashMap<>();
      Map<Pair, Session> byIpv6 = new HashMap<>();
      List<RouteTable.HostRoute> routes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Pair address = address(random);
        Session session = Epochs.session(i);
        routes.add(new RouteTable.HostRoute(address, session));
        byIpv4.putIfAbsent(address.ipv4(), session);
        byIpv6.putIfAbsent(ipv6(address), session);
      }
      RouteTable table = new RouteTable(routes, null, null);
      for (int i = 0; i < 2000; i++) {
        Pair to = i < count ? routes.get(i).address() : address(random);
        assertThat(table.findIpv4(to.ipv4())).as("seed %d", seed).isSameAs(byIpv4.get(to.ipv4()));
        assertThat(table.findIpv6(to.ipv6High(), to.ipv6Low()))
            .as("seed %d", seed)
            .isSameAs(byIpv6.get(ipv6(to)));
      }
    }
  }

  /** From few enough that some meet. */
  private static Pair address(Random random) {
    return new Pair(
        0xF000_0001 + random.nextInt(1000),
        0xFD70_0000_0000_0000L + random.nextInt(20),
        random.nextInt(50));
  }

  private static Pair ipv6(Pair address) {
    return new Pair(0, address.ipv6High(), address.ipv6Low());
  }
}
