package org.p2pvpn.overlay.dataplane;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.circuit.RelayTable;
import org.p2pvpn.overlay.route.RouteTable;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.telemetry.Meter;
import org.p2pvpn.overlay.transport.Driver;
import org.p2pvpn.overlay.transport.ShardSteering;
import org.p2pvpn.tun.Tun;
import org.p2pvpn.tun.TunOffloads;

/** All shards together, as the control plane sees them. Its methods may be called by any thread. */
public final class DataPlane implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup loops;
  private final List<Shard> shards = new ArrayList<>();
  private final int mtuBytes;
  private final EpochTable epochs;
  private final RelayTable circuits = new RelayTable();

  /**
   * What all shards share.
   *
   * @param driver how the loops wait for the kernel
   * @param mark on every UDP packet we send, see {@code host}
   * @param mtuBytes the TUN's: no inner packet is longer
   * @param shards how many, a power of two
   */
  public record Settings(Driver driver, int mark, int mtuBytes, int shards, TunOffloads offloads) {}

  /**
   * Binds the sockets and takes the TUN's queues; packets move after {@link #start}.
   *
   * @param udpPort 0 lets the kernel choose
   */
  public DataPlane(
      Tun tun, int udpPort, Settings settings, EpochTable epochs, DataPlaneEvents events) {
    this.epochs = epochs;
    mtuBytes = settings.mtuBytes();
    loops = settings.driver().newLoops(settings.shards(), "shard");
    int queues = tun.queues().size() / settings.shards();
    try {
      int port = udpPort;
      for (int number = 0; number < settings.shards(); number++) {
        Shard shard =
            new Shard(
                number,
                loops.next(),
                tun.queues().subList(number * queues, (number + 1) * queues),
                settings,
                port,
                epochs,
                circuits,
                events,
                this::handOver);
        shards.add(shard);
        port = shard.udp().port();
      }
      if (settings.shards() > 1) {
        ShardSteering.attach(shards.getFirst().udp(), settings.shards());
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  public void start() {
    shards.forEach(Shard::start);
  }

  public int udpPort() {
    return shards.getFirst().udp().port();
  }

  /** The TUN's. */
  public int mtuBytes() {
    return mtuBytes;
  }

  public EpochTable epochs() {
    return epochs;
  }

  /** What we carry for others. */
  public RelayTable circuits() {
    return circuits;
  }

  public void publish(RouteTable table) {
    shards.forEach(shard -> shard.routes(table));
  }

  /** Sends a sealed frame that is no packet; an empty one is a keepalive. */
  public void sendControl(Session session, byte[] message) {
    shards.getFirst().sendControl(session, message);
  }

  /** The same, by a way that the session is not on and does not move to; null for its own. */
  public void sendAside(Session session, @Nullable Way way, byte[] message) {
    if (way == null) {
      sendControl(session, message);
    } else {
      shards.getFirst().sendAside(session, way, message);
    }
  }

  /**
   * The same, straight, in a datagram that is lost where it does not fit instead of being cut.
   *
   * @param refused goes to {@link DataPlaneEvents#onRefused} when our own link does not take it
   */
  public void sendWhole(Session session, byte[] message, Runnable refused) {
    shards.getFirst().sendWhole(session, message, refused);
  }

  /** Sends what waited for the session's keys. */
  public void sendWaiting(Session session) {
    shards.getFirst().sendWaiting(session);
  }

  /** Sends a handshake message, unsealed. */
  public void sendHandshake(byte[] datagram, InetSocketAddress to) {
    shards.getFirst().udp().send(datagram, to);
  }

  /** Sends one datagram, unsealed, to a group of one of our links; see the transport. */
  public void multicast(byte[] datagram, InetSocketAddress group, InetAddress from) {
    shards.getFirst().udp().multicast(datagram, group, from);
  }

  /** Sends a handshake message to a node behind other hops, as part of circuit {@code circuit}. */
  public void sendHandshake(byte[] datagram, Way way, int circuit) {
    shards.getFirst().sendNested(way, circuit, datagram);
  }

  /** Sums of all shards' counters by name. */
  public Map<String, Long> counters() {
    Map<String, Long> sums = new TreeMap<>();
    shards.forEach(shard -> shard.counters().addTo(sums));
    return sums;
  }

  /** One meter's sum over all shards. */
  public long count(Meter meter) {
    long sum = 0;
    for (Shard shard : shards) {
      sum += shard.counters().get(meter);
    }
    return sum;
  }

  private void handOver(int ownerShard, byte[] datagram, int layers, InetSocketAddress from) {
    shards.get(ownerShard).handOver(datagram, layers, from);
  }

  @Override
  public void close() {
    shards.forEach(Shard::close);
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
