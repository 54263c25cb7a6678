package org.p2pvpn.overlay.dataplane;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.circuit.FairQueue;
import org.p2pvpn.overlay.circuit.RelayTable;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.route.RouteTable;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.telemetry.Meter;
import org.p2pvpn.overlay.transport.DatagramReceiver;
import org.p2pvpn.overlay.transport.UdpTransport;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.TunQueue;
import org.p2pvpn.tun.VirtioHeader;
import org.p2pvpn.tun.segment.Joiner;

/**
 * One event loop with some TUN queues and one UDP socket: both ways of the packet, on one thread.
 * Everything here runs on that loop but what says otherwise.
 */
final class Shard implements DatagramReceiver, AutoCloseable {
  private final IoEventLoop loop;
  private final Counters counters = new Counters();
  private final UdpTransport udp;
  private final OutboundPath outbound;
  private final RelayPath relay;
  private final InboundPath inbound;
  private final FairTun tun;
  private boolean paused;

  Shard(
      int number,
      IoEventLoop loop,
      List<? extends TunQueue> queues,
      DataPlane.Settings settings,
      int udpPort,
      EpochTable epochs,
      RelayTable circuits,
      DataPlaneEvents events,
      InboundPath.Handover handover) {
    this.loop = loop;
    TunOffloads offloads = settings.offloads();
    udp =
        UdpTransport.bind(
            settings.driver(), loop, udpPort, settings.mark(), settings.shards() > 1, this);
    SealBatch batch = new SealBatch(udp, counters, number);
    PacketTooBig tooBig = new PacketTooBig(this::write);
    outbound = new OutboundPath(batch, counters, events, tooBig, settings.mtuBytes());
    FairQueue waiting =
        new FairQueue(
            number, FairQueue.BUDGET_BYTES / settings.shards(), circuits.bandwidth(), counters);
    relay = new RelayPath(udp, batch, circuits, waiting, new RelayAlarm(), counters);
    inbound =
        new InboundPath(
            number,
            epochs,
            new Joiner(offloads, this::write),
            counters,
            events,
            handover,
            relay,
            this::sendEcho);
    tun = new FairTun(loop, queues, this::onTunReadable);
    udp.listen();
  }

  /** From here on packets move. From any thread. */
  void start() {
    tun.resume();
  }

  UdpTransport udp() {
    return udp;
  }

  Counters counters() {
    return counters;
  }

  void routes(RouteTable table) {
    outbound.routes(table);
  }

  /** From any thread. */
  void sendControl(Session session, byte[] message) {
    loop.execute(() -> outbound.onControl(session, message));
  }

  /** From any thread. */
  void sendAside(Session session, Way way, byte[] message) {
    loop.execute(() -> outbound.onAside(session, way, message));
  }

  /** From any thread. */
  void sendWhole(Session session, byte[] message, Runnable refused) {
    loop.execute(() -> outbound.onWhole(session, message, refused));
  }

  private void sendEcho(Session session, byte[] echo, @Nullable InetSocketAddress to) {
    if (to == null) {
      sendControl(session, echo);
    } else {
      loop.execute(() -> outbound.onAside(session, to, echo));
    }
  }

  /** From any thread. */
  void sendWaiting(Session session) {
    loop.execute(() -> outbound.onKeys(session));
  }

  /** From any thread. */
  void sendNested(Way way, int circuit, byte[] datagram) {
    loop.execute(() -> outbound.onNested(way, circuit, datagram));
  }

  /** From any thread. */
  void handOver(byte[] datagram, int layers, InetSocketAddress from) {
    loop.execute(() -> inbound.onHandover(datagram, layers, from));
  }

  @Override
  public void onDatagrams(ByteBuf datagrams, int segmentBytes, InetSocketAddress from) {
    inbound.onDatagrams(datagrams, segmentBytes, from);
  }

  @Override
  public void onReadComplete() {
    inbound.onReadComplete();
  }

  @Override
  public void onWritable() {
    if (relay.isWaiting()) {
      // Told in the midst of a send: what waits comes after it.
      loop.execute(() -> relay.flush(System.nanoTime()));
    }
    if (paused) {
      paused = false;
      tun.resume();
    }
  }

  /** While the socket is full the kernel's own queue holds packets: it knows how to drop fairly. */
  private void onTunReadable(TunQueue queue) {
    if (udp.isWritable()) {
      outbound.onTunReadable(queue);
    }
    if (!udp.isWritable() && !paused) {
      paused = true;
      counters.add(Meter.TUN_PAUSED, 1);
      tun.pause();
    }
  }

  private void write(TunBuffer packet, int at, int length) {
    if (tun.write(packet, at, length) < 0) {
      counters.count(Verdict.TUN_REFUSED);
      return;
    }
    counters.add(Meter.TUN_WRITE_PACKETS, 1);
    counters.add(Meter.TUN_WRITE_BYTES, length - VirtioHeader.BYTES);
  }

  /** Wakes the relay's way when there is something to spend again. */
  private final class RelayAlarm implements RelayPath.Alarm {
    private @Nullable Future<?> pending;
    private long atNanos;

    @Override
    public void after(long nanos) {
      long at = System.nanoTime() + nanos;
      if (pending != null) {
        if (at - atNanos >= 0) {
          return;
        }
        pending.cancel(false);
      }
      atNanos = at;
      pending = loop.schedule(this::ring, nanos, TimeUnit.NANOSECONDS);
    }

    private void ring() {
      pending = null;
      relay.flush(System.nanoTime());
    }
  }

  @Override
  public void close() {
    loop.submit(tun::cancel).awaitUninterruptibly();
    udp.close();
  }
}
