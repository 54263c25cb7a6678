package org.p2pvpn.overlay.dataplane;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.route.RouteTable;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.telemetry.Meter;
import org.p2pvpn.overlay.wire.DataMessage;
import org.p2pvpn.overlay.wire.Frame;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunQueue;
import org.p2pvpn.tun.VirtioHeader;
import org.p2pvpn.tun.segment.SplitVerdict;
import org.p2pvpn.tun.segment.Splitter;

/**
 * The way out, in the order a packet goes:
 *
 * <ol>
 *   <li>TUN: one read is one packet, or a super-packet of up to 64 KB that TCP or UDP left uncut
 *   <li>route: the destination picks a session, or the packet is dropped
 *   <li>fit: what is too large for the way to the first hop is answered, as a router would
 *   <li>split: into the segments a kernel would have put on the wire
 *   <li>seal: each in place, behind the header of its message
 *   <li>UDP: one send for as many as fit, also of several small packets
 * </ol>
 *
 * Runs on one event loop. It does not block, log, or throw for anything a packet holds; a drop is a
 * {@link Verdict} and a counter.
 */
final class OutboundPath {
  /** So many packets a turn share a send; then the loop looks at the socket. */
  private static final int READS_A_TURN = 64;

  /**
   * Ours: four super-packets, about 200 microseconds, and inbound packets get their turn. A
   * super-packet is a little more than one send holds, so a turn of n has n + 1 sends.
   */
  private static final int BYTES_A_TURN = 256 * 1024;

  private final TunBuffer buffer = TunBuffer.allocate(VirtioHeader.BYTES + 65_535);
  private final Splitter splitter = new Splitter();
  private final SealBatch batch;
  private final Counters counters;
  private final DataPlaneEvents events;
  private final PacketTooBig tooBig;
  private final int mtuBytes;

  /** Replaced whole by the control plane; read once a turn. */
  private volatile RouteTable routes = RouteTable.EMPTY;

  OutboundPath(
      SealBatch batch,
      Counters counters,
      DataPlaneEvents events,
      PacketTooBig tooBig,
      int mtuBytes) {
    this.tooBig = tooBig;
    this.batch = batch;
    this.counters = counters;
    this.events = events;
    this.mtuBytes = mtuBytes;
  }

  void routes(RouteTable table) {
    routes = table;
  }

  /** One turn of one queue: reads while there is something to read, within the turn's limits. */
  void onTunReadable(TunQueue tun) {
    RouteTable table = routes;
    long now = System.nanoTime();
    int turnBytes = 0;
    for (int reads = 0; reads < READS_A_TURN && turnBytes < BYTES_A_TURN; reads++) {
      int length = tun.read(buffer, 0, buffer.bytes().capacity());
      if (length <= 0) {
        break;
      }
      turnBytes += length;
      counters.add(Meter.TUN_READ_PACKETS, 1);
      counters.add(Meter.TUN_READ_BYTES, length - VirtioHeader.BYTES);
      counters.count(forward(table, length, now));
    }
    batch.flush(now);
  }

  /**
   * Packets that waited for keys, now that there are some. When the keys are gone again by now the
   * packets go back to waiting, so each has one turn and no more.
   */
  void onKeys(Session session) {
    long now = System.nanoTime();
    for (int turns = 0; turns < Session.WAITING_PACKETS_MAX; turns++) {
      byte[] packet = session.takeWaiting();
      if (packet == null) {
        break;
      }
      buffer.bytes().put(0, packet);
      counters.count(sendTo(session, packet.length, now));
    }
    batch.flush(now);
  }

  /** A control message, or an empty one as keepalive. */
  void onControl(Session session, byte[] message) {
    Epoch epoch = session.sending();
    long now = System.nanoTime();
    long counter = epoch == null || !SealBatch.reaches(session) ? -1 : epoch.reserve(1, now);
    if (epoch == null || counter < 0) {
      return;
    }
    int at = batch.room(session, message.length, now);
    System.arraycopy(message, 0, batch.buffer(), at, message.length);
    batch.seal(epoch, counter, message.length, 0, now);
    batch.flush(now);
  }

  /** A control message by a way that the session is not on; it stays where it is. */
  void onAside(Session session, Way way, byte[] message) {
    Epoch epoch = session.sending();
    byte[] sealed = epoch == null ? null : sealedAside(epoch, message);
    if (epoch != null && sealed != null) {
      onNested(way, epoch.localIndex(), sealed);
    }
  }

  /** A control message to a place that the session is not at; it stays where it is. */
  void onAside(Session session, InetSocketAddress to, byte[] message) {
    Epoch epoch = session.sending();
    byte[] sealed = epoch == null ? null : sealedAside(epoch, message);
    if (sealed != null) {
      batch.sendTo(to, sealed);
    }
  }

  /** A control message in one piece or not at all, and only where the session is straight. */
  void onWhole(Session session, byte[] message, Runnable refused) {
    Epoch epoch = session.sending();
    InetSocketAddress to = session.isNested() ? null : session.endpoint();
    byte[] sealed = epoch == null || to == null ? null : sealedAside(epoch, message);
    if (sealed != null && to != null) {
      batch.sendWhole(to, sealed, () -> events.onRefused(refused));
    }
  }

  private byte @Nullable [] sealedAside(Epoch epoch, byte[] message) {
    long counter = epoch.reserve(1, System.nanoTime());
    return counter < 0 ? null : batch.sealed(epoch, counter, message);
  }

  /** A handshake message for a node behind other hops. */
  void onNested(Way way, int circuit, byte[] datagram) {
    if (way.isOpen() && way.endpoint() != null) {
      batch.sendInside(way, circuit, datagram, System.nanoTime());
    }
  }

  private Verdict forward(RouteTable table, int length, long now) {
    int version = (buffer.bytes().get(VirtioHeader.BYTES) & 0xF0) >>> 4;
    int headerBytes = version == 4 ? 20 : 40;
    if ((version != 4 && version != 6) || length < VirtioHeader.BYTES + headerBytes) {
      return Verdict.NOT_IP;
    }
    Session session = table.find(buffer.bytes(), VirtioHeader.BYTES);
    return session == null ? Verdict.NO_ROUTE : sendTo(session, length, now);
  }

  private Verdict sendTo(Session session, int length, long now) {
    if (splitter.begin(buffer, 0, length, mtuBytes) != SplitVerdict.PASSED) {
      return Verdict.UNSPLITTABLE;
    }
    int segments = splitter.segments();
    Epoch epoch = session.sending();
    if (epoch == null || !SealBatch.reaches(session)) {
      return await(session, length);
    }
    int bytesMax = SealBatch.packetBytesMax(session);
    if (splitter.segmentLength(0) > bytesMax && tooBig.answer(buffer, splitter, bytesMax, now)) {
      return Verdict.TOO_BIG;
    }
    long counter = epoch.reserve(segments, now);
    if (counter < 0) {
      return await(session, length);
    }
    byte frame = splitter.checksumPartial() ? Frame.PACKET_PARTIAL_CHECKSUM : Frame.PACKET;
    for (int i = 0; i < segments; i++) {
      int packetBytes = splitter.segmentLength(i);
      int plaintextBytes = DataMessage.FRAME_BYTES + packetBytes;
      int at = batch.room(session, plaintextBytes, now);
      batch.buffer()[at] = frame;
      splitter.copySegment(i, batch.buffer(), at + DataMessage.FRAME_BYTES);
      batch.seal(epoch, counter + i, plaintextBytes, packetBytes, now);
    }
    return Verdict.PASSED;
  }

  private Verdict await(Session session, int length) {
    byte[] packet = new byte[length];
    buffer.bytes().get(0, packet);
    Verdict kept = session.await(packet);
    events.onWaiting(session);
    return kept;
  }
}
