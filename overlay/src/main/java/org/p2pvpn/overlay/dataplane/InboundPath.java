package org.p2pvpn.overlay.dataplane;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.packet.IpHeader;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.telemetry.Meter;
import org.p2pvpn.overlay.wire.DataMessage;
import org.p2pvpn.overlay.wire.Frame;
import org.p2pvpn.overlay.wire.MessageType;
import org.p2pvpn.tun.segment.JoinVerdict;
import org.p2pvpn.tun.segment.Joiner;

/**
 * The way in, in the order a packet goes:
 *
 * <ol>
 *   <li>UDP: one read is one datagram, or a train of one sender's that the kernel joined (GRO)
 *   <li>index: the receiver index picks an epoch; handshake messages leave for their own thread
 *   <li>open: replay window, tag, and only then any change of state
 *   <li>source check: the inner addresses must be those the session was given
 *   <li>join: neighbours of one flow become a super-packet again
 *   <li>TUN: one write for each of those
 * </ol>
 *
 * Runs on one event loop, as {@link OutboundPath} does and by the same rules.
 */
final class InboundPath {
  private final int shard;
  private final EpochTable epochs;
  private final Joiner joiner;
  private final Counters counters;
  private final DataPlaneEvents events;
  private final Handover handover;

  private final byte[] train = new byte[65_535];
  private final byte[] plaintext = new byte[65_535];

  /** A turn's traffic of one session is booked once, when the session changes or the turn ends. */
  private @Nullable Session booked;

  private long bookedBytes;

  /** Takes a data message to the shard that owns its epoch. */
  interface Handover {
    void accept(int ownerShard, byte[] datagram, InetSocketAddress from);
  }

  InboundPath(
      int shard,
      EpochTable epochs,
      Joiner joiner,
      Counters counters,
      DataPlaneEvents events,
      Handover handover) {
    this.shard = shard;
    this.epochs = epochs;
    this.joiner = joiner;
    this.counters = counters;
    this.events = events;
    this.handover = handover;
  }

  /** One read of the socket. */
  void onDatagrams(ByteBuf datagrams, int segmentBytes, InetSocketAddress from) {
    int length = Math.min(datagrams.readableBytes(), train.length);
    datagrams.getBytes(datagrams.readerIndex(), train, 0, length);
    counters.add(Meter.UDP_RECEIVED_CALLS, 1);
    if (length == 0 || segmentBytes <= 0) {
      counters.count(Verdict.TOO_SHORT);
      return;
    }
    long now = System.nanoTime();
    for (int at = 0; at < length; at += segmentBytes) {
      counters.add(Meter.UDP_RECEIVED_DATAGRAMS, 1);
      counters.count(onDatagram(at, Math.min(segmentBytes, length - at), from, now));
    }
  }

  /** The turn ends: what waits for a neighbour to join is written. */
  void onReadComplete() {
    joiner.flush();
    book(null, 0, System.nanoTime());
  }

  /** A message that reached another shard's socket first. */
  void onHandover(byte[] datagram, InetSocketAddress from) {
    System.arraycopy(datagram, 0, train, 0, datagram.length);
    counters.count(onDatagram(0, datagram.length, from, System.nanoTime()));
    onReadComplete();
  }

  private Verdict onDatagram(int at, int length, InetSocketAddress from, long now) {
    if (MessageType.isHandshake(train[at])) {
      return events.hasRoomForHandshake()
          ? events.onHandshake(Arrays.copyOfRange(train, at, at + length), from)
          : Verdict.HANDSHAKE_QUEUE_FULL;
    }
    if (length < DataMessage.BYTES_MIN) {
      return Verdict.TOO_SHORT;
    }
    if (!DataMessage.isData(train, at)) {
      return Verdict.UNKNOWN_TYPE;
    }
    int index = DataMessage.receiverIndex(train, at);
    Epoch epoch = epochs.find(index);
    if (epoch == null) {
      return Verdict.UNKNOWN_INDEX;
    }
    if (epochs.shardOf(index) != shard) {
      handover.accept(epochs.shardOf(index), Arrays.copyOfRange(train, at, at + length), from);
      return Verdict.PASSED;
    }
    return open(epoch, at, length, from, now);
  }

  private Verdict open(Epoch epoch, int at, int length, InetSocketAddress from, long now) {
    long counter = DataMessage.counter(train, at);
    int opened =
        epoch.open(
            counter,
            train,
            at + DataMessage.HEADER_BYTES,
            length - DataMessage.HEADER_BYTES,
            plaintext,
            0,
            now);
    if (opened < 0) {
      return Epoch.verdict(opened);
    }
    Session session = epoch.session();
    if (!epoch.isConfirmed()) {
      epoch.confirm();
      events.onConfirmed(epoch);
    }
    if (epoch.isNewest(counter) && !from.equals(session.endpoint())) {
      session.moveTo(from);
      counters.add(Meter.ROAMED, 1);
    }
    return deliver(session, opened, now);
  }

  private Verdict deliver(Session session, int opened, long now) {
    if (opened == 0 || plaintext[0] == Frame.CONTROL) {
      book(session, 0, now);
      return opened <= DataMessage.FRAME_BYTES
          ? Verdict.PASSED // a keepalive
          : events.onControl(session, Arrays.copyOfRange(plaintext, 1, opened));
    }
    if (plaintext[0] != Frame.PACKET && plaintext[0] != Frame.PACKET_PARTIAL_CHECKSUM) {
      return Verdict.BAD_FRAME;
    }
    int packetBytes = opened - DataMessage.FRAME_BYTES;
    book(session, packetBytes, now);
    if (!IpHeader.isWhole(plaintext, DataMessage.FRAME_BYTES, packetBytes)) {
      return Verdict.BAD_INNER;
    }
    Verdict allowed = session.guard().check(plaintext, DataMessage.FRAME_BYTES);
    if (allowed != Verdict.PASSED) {
      return allowed;
    }
    boolean partial = plaintext[0] == Frame.PACKET_PARTIAL_CHECKSUM;
    JoinVerdict joined = joiner.accept(plaintext, DataMessage.FRAME_BYTES, packetBytes, partial);
    return joined.dropped() ? Verdict.UNJOINABLE : Verdict.PASSED;
  }

  /** Adds to the session's running sum, writing down the one before when the session changes. */
  private void book(@Nullable Session session, int packetBytes, long now) {
    if (session != booked) {
      if (booked != null) {
        booked.onReceived(bookedBytes, now);
        counters.add(Meter.OPENED_BYTES, bookedBytes);
      }
      booked = session;
      bookedBytes = 0;
    }
    bookedBytes += packetBytes;
  }
}
