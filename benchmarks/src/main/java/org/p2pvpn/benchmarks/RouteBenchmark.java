package org.p2pvpn.benchmarks;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.p2pvpn.overlay.route.RouteTable;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.session.Session;

/** One destination to its session, among few and many peers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouteBenchmark {
  private static final AddressGuard.Pair NONE = AddressGuard.Pair.NONE;
  private static final int EXITS = 4;
  private static final int LEASE = 0xF800_0100;

  @Param({"10", "10000"})
  private int peers;

  private final List<AddressGuard.Pair> addresses = new ArrayList<>();
  private RouteTable table = RouteTable.EMPTY;
  private RouteTable bySource = RouteTable.EMPTY;
  private final ByteBuffer packet = ByteBuffer.allocate(20);
  private int next;

  @Setup
  public void fill() {
    Random random = new Random(1);
    List<RouteTable.HostRoute> hosts = new ArrayList<>();
    addresses.clear();
    for (int i = 0; i < peers; i++) {
      AddressGuard.Pair address =
          new AddressGuard.Pair(
              0xF000_0000 | random.nextInt(1, 1 << 27),
              0xFD70L << 48 | random.nextLong() >>> 16,
              random.nextLong());
      addresses.add(address);
      hosts.add(new RouteTable.HostRoute(address, session()));
    }
    table = new RouteTable(hosts, session(), session());
    List<RouteTable.HostRoute> exits = new ArrayList<>();
    for (int i = 0; i < EXITS; i++) {
      exits.add(new RouteTable.HostRoute(new AddressGuard.Pair(LEASE + i, 0, 0), session()));
    }
    bySource = RouteTable.bySource(hosts, exits);
    packet.put(0, (byte) 0x45);
  }

  @Benchmark
  public @Nullable Session ipv4Peer() {
    return table.findIpv4(address().ipv4());
  }

  @Benchmark
  public @Nullable Session ipv6Peer() {
    AddressGuard.Pair address = address();
    return table.findIpv6(address.ipv6High(), address.ipv6Low());
  }

  @Benchmark
  public @Nullable Session ipv4Exit() {
    return table.findIpv4(next++ & 0x7FFF_FFFF);
  }

  /** As the data plane asks, with one exit. */
  @Benchmark
  public @Nullable Session ipv4PacketToExit() {
    return table.find(packet.putInt(16, next++ & 0x7FFF_FFFF), 0);
  }

  /** The same with four, the last of them. */
  @Benchmark
  public @Nullable Session ipv4PacketToLastOfFourExits() {
    packet.putInt(12, LEASE + EXITS - 1);
    return bySource.find(packet.putInt(16, next++ & 0x7FFF_FFFF), 0);
  }

  private AddressGuard.Pair address() {
    next = next + 1 < peers ? next + 1 : 0;
    return addresses.get(next);
  }

  private static Session session() {
    return new Session(0, new AddressGuard(NONE, NONE, NONE, NONE), null, 0);
  }
}
