package org.p2pvpn.overlay.dataplane;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.circuit.RelayedCircuit;
import org.p2pvpn.overlay.packet.IpHeader;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
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
 * What is for another node leaves by {@link RelayPath}; what another node forwarded to us is a
 * message in a message, and goes through the same steps once more, a layer deeper.
 *
 * <p>Runs on one event loop, as {@link OutboundPath} does and by the same rules.
 */
final class InboundPath {
  private final int shard;
  private final EpochTable epochs;
  private final Joiner joiner;
  private final Counters counters;
  private final DataPlaneEvents events;
  private final Handover handover;
  private final RelayPath relay;
  private final Echoes echoes;

  private final byte[] train = new byte[65_535];

  /**
   * A layer opens from one into the other: the JDK's ciphers would copy one that opens in place.
   */
  private final byte[][] plaintexts = new byte[2][65_535];

  /**
   * A turn's traffic of one session is booked once, when the session changes or the turn ends; by
   * layers, since a nested message is traffic of every session around it.
   */
  private final @Nullable Session[] booked = new Session[Way.HOPS_MAX];

  private final long[] bookedBytes = new long[Way.HOPS_MAX];

  /** Takes a data message to the shard that owns its epoch, with the layers that it came in. */
  interface Handover {
    void accept(int ownerShard, byte[] datagram, int layers, InetSocketAddress from);
  }

  /** Answers a probe. */
  interface Echoes {
    /** {@code to} is null for wherever the session is. */
    void send(Session session, byte[] echo, @Nullable InetSocketAddress to);
  }

  InboundPath(
      int shard,
      EpochTable epochs,
      Joiner joiner,
      Counters counters,
      DataPlaneEvents events,
      Handover handover,
      RelayPath relay,
      Echoes echoes) {
    this.shard = shard;
    this.epochs = epochs;
    this.joiner = joiner;
    this.counters = counters;
    this.events = events;
    this.handover = handover;
    this.relay = relay;
    this.echoes = echoes;
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
      int datagramBytes = Math.min(segmentBytes, length - at);
      counters.count(onDatagram(train, at, datagramBytes, 0, from, now));
    }
  }

  /** The turn ends: what waits for a neighbour to join is written. */
  void onReadComplete() {
    long now = System.nanoTime();
    joiner.flush();
    relay.flush(now);
    for (int layers = 0; layers < Way.HOPS_MAX; layers++) {
      book(layers, null, 0, now);
    }
  }

  /** A message that reached another shard's socket first. */
  void onHandover(byte[] datagram, int layers, InetSocketAddress from) {
    counters.count(onDatagram(datagram, 0, datagram.length, layers, from, System.nanoTime()));
    onReadComplete();
  }

  /** {@code layers}: how many were opened around it; 0 for what the socket gave. */
  private Verdict onDatagram(
      byte[] bytes, int at, int length, int layers, InetSocketAddress from, long now) {
    RelayedCircuit answered = layers == 0 ? relay.answeredBy(bytes, at, length) : null;
    if (answered != null) {
      return relay.back(answered, bytes, at, length, from, now);
    }
    if (MessageType.isHandshake(bytes[at])) {
      return onHandshake(bytes, at, length, layers, from);
    }
    if (length < DataMessage.BYTES_MIN) {
      return Verdict.TOO_SHORT;
    }
    if (!DataMessage.isData(bytes, at)) {
      return Verdict.UNKNOWN_TYPE;
    }
    int index = DataMessage.receiverIndex(bytes, at);
    Epoch epoch = epochs.find(index);
    if (epoch == null) {
      return Verdict.UNKNOWN_INDEX;
    }
    if (epochs.shardOf(index) != shard) {
      byte[] datagram = Arrays.copyOfRange(bytes, at, at + length);
      handover.accept(epochs.shardOf(index), datagram, layers, from);
      return Verdict.PASSED;
    }
    return open(epoch, bytes, at, length, layers, from, now);
  }

  /** Nobody shakes hands with us through ourselves: an answer may be nested, an initiation not. */
  private Verdict onHandshake(
      byte[] bytes, int at, int length, int layers, InetSocketAddress from) {
    if (layers > 0 && bytes[at] == MessageType.INITIATION) {
      return Verdict.WRONG_WAY;
    }
    Verdict admitted = events.admits(bytes, at, length, from);
    return admitted == Verdict.PASSED
        ? events.onHandshake(Arrays.copyOfRange(bytes, at, at + length), from)
        : admitted;
  }

  private Verdict open(
      Epoch epoch,
      byte[] sealed,
      int at,
      int length,
      int layers,
      InetSocketAddress from,
      long now) {
    byte[] plaintext = plaintexts[layers & 1];
    long counter = DataMessage.counter(sealed, at);
    int opened =
        epoch.open(
            counter,
            sealed,
            at + DataMessage.HEADER_BYTES,
            length - DataMessage.HEADER_BYTES,
            plaintext,
            0,
            now);
    if (opened < 0) {
      return Epoch.verdict(opened);
    }
    Session session = epoch.session();
    if (!session.takes(layers > 0)) {
      return Verdict.WRONG_WAY;
    }
    boolean aside = opened > 0 && plaintext[0] == Frame.PROBE_ASIDE;
    boolean newest = layers == 0 && !aside && epoch.isNewest(counter);
    if (newest) {
      epoch.cameFrom(from);
    }
    if (!epoch.isConfirmed()) {
      epoch.confirm();
      events.onConfirmed(epoch);
    }
    if (newest && session.isMovedBy(epoch) && !from.equals(session.endpoint())) {
      session.moveTo(from);
      counters.add(Meter.ROAMED, 1);
    }
    if (opened == 0) {
      book(layers, session, 0, now); // a keepalive
      return Verdict.PASSED;
    }
    return deliver(session, plaintext, opened, layers, from, now);
  }

  private Verdict deliver(
      Session session, byte[] plaintext, int opened, int layers, InetSocketAddress from, long now) {
    return switch (plaintext[0]) {
      case Frame.PACKET, Frame.PACKET_PARTIAL_CHECKSUM ->
          onPacket(session, plaintext, opened, layers, now);
      case Frame.FORWARD -> onForward(session, plaintext, opened, layers, from, now);
      case Frame.CONTROL, Frame.PROBE, Frame.ECHO ->
          onControl(session, plaintext, opened, layers, now);
      case Frame.PROBE_ASIDE, Frame.ECHO_ASIDE ->
          onAside(session, plaintext, opened, layers == 0 ? from : null, now);
      default -> Verdict.BAD_FRAME;
    };
  }

  private Verdict onPacket(Session session, byte[] plaintext, int opened, int layers, long now) {
    int packetBytes = opened - DataMessage.FRAME_BYTES;
    book(layers, session, packetBytes, now);
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

  /** For the next node when its sender has that circuit here, else an answer to us. */
  private Verdict onForward(
      Session session, byte[] plaintext, int opened, int layers, InetSocketAddress from, long now) {
    int datagramBytes = opened - Frame.FORWARD_BYTES;
    if (datagramBytes <= 0) {
      return Verdict.BAD_FRAME;
    }
    book(layers, session, datagramBytes, now);
    RelayedCircuit circuit = relay.find(Frame.circuit(plaintext, 0));
    if (circuit != null && circuit.previous() == session) {
      return relay.forward(circuit, plaintext, Frame.FORWARD_BYTES, datagramBytes, now);
    }
    return circuit != null || layers >= Way.HOPS_MAX - 1
        ? Verdict.UNKNOWN_CIRCUIT
        : onDatagram(plaintext, Frame.FORWARD_BYTES, datagramBytes, layers + 1, from, now);
  }

  private Verdict onControl(Session session, byte[] plaintext, int opened, int layers, long now) {
    book(layers, session, 0, now);
    if (opened == DataMessage.FRAME_BYTES) {
      return Verdict.PASSED;
    }
    if (plaintext[0] == Frame.PROBE) {
      return opened == Frame.PROBE_BYTES
          ? echo(session, plaintext, opened, Frame.ECHO, null)
          : Verdict.BAD_FRAME;
    }
    if (!session.mayTalk(now)) {
      return Verdict.TOO_TALKATIVE;
    }
    return plaintext[0] == Frame.ECHO
        ? events.onEcho(session, Arrays.copyOf(plaintext, opened))
        : events.onControl(session, Arrays.copyOfRange(plaintext, DataMessage.FRAME_BYTES, opened));
  }

  /** Not booked: a session that hears by a path that it is not on has heard nothing of its own. */
  private Verdict onAside(
      Session session, byte[] plaintext, int opened, @Nullable InetSocketAddress from, long now) {
    if (opened < Frame.PROBE_BYTES || opened > Frame.PROBE_ASIDE_BYTES_MAX) {
      return Verdict.BAD_FRAME;
    }
    if (plaintext[0] == Frame.PROBE_ASIDE) {
      return echo(session, plaintext, opened, Frame.ECHO_ASIDE, from);
    }
    return session.mayTalk(now)
        ? events.onEcho(session, Arrays.copyOf(plaintext, opened))
        : Verdict.TOO_TALKATIVE;
  }

  private Verdict echo(
      Session session, byte[] probe, int length, byte frame, @Nullable InetSocketAddress to) {
    byte[] echo = Arrays.copyOf(probe, length);
    echo[0] = frame;
    echoes.send(session, echo, to);
    counters.add(Meter.PROBES_ANSWERED, 1);
    return Verdict.PASSED;
  }

  /** Adds to the session's running sum, writing down the one before when the session changes. */
  @SuppressWarnings("ReferenceEquality") // sessions are who they are
  private void book(int layers, @Nullable Session session, int packetBytes, long now) {
    Session before = booked[layers];
    if (session != before) {
      if (before != null) {
        before.onReceived(bookedBytes[layers], now);
        counters.add(Meter.OPENED_BYTES, bookedBytes[layers]);
      }
      booked[layers] = session;
      bookedBytes[layers] = 0;
    }
    bookedBytes[layers] += packetBytes;
  }
}
