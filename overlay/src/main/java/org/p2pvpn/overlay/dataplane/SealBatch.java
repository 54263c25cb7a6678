package org.p2pvpn.overlay.dataplane;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.telemetry.Meter;
import org.p2pvpn.overlay.transport.UdpTransport;
import org.p2pvpn.overlay.wire.DataMessage;
import org.p2pvpn.overlay.wire.Frame;
import org.p2pvpn.overlay.wire.MessageType;

/**
 * Sealed messages for one endpoint on their way into one UDP send. The kernel cuts a train into
 * datagrams of one size, of which only the last may be shorter; so a message that is longer than
 * the first, or follows a shorter one, starts a new train. Belongs to one event loop.
 *
 * <p>The messages of a nested session are sealed in place, from the inside out, once for each hop:
 *
 * <pre>
 *  header of the guard's | forward, id | header of the next | frame, packet | tag | tag
 *  \__________________________________/ \_______________________________________/
 *     16 + 5 bytes for each hop before           an ordinary message, then 16 a hop
 * </pre>
 */
final class SealBatch {
  /** In front of an enclosed message, and in all. */
  private static final int LAYER_HEAD_BYTES = DataMessage.HEADER_BYTES + Frame.FORWARD_BYTES;

  private static final int LAYER_BYTES = LAYER_HEAD_BYTES + DataMessage.TAG_BYTES;

  private final UdpTransport udp;
  private final Counters counters;
  private final int shard;
  private final byte[] buffer = new byte[UdpTransport.SEND_BYTES_MAX];

  private @Nullable Session session;
  private @Nullable Way way;
  private @Nullable InetSocketAddress to;
  private int layers;
  private int length;
  private int messages;
  private int messageBytes;
  private long innerBytes;

  SealBatch(UdpTransport udp, Counters counters, int shard) {
    this.udp = udp;
    this.counters = counters;
    this.shard = shard;
  }

  /** The array that plaintext is written to. */
  byte[] buffer() {
    return buffer;
  }

  /** Whether there is a way to this session now. */
  static boolean reaches(Session session) {
    Way way = session.way();
    return way == null ? session.endpoint() != null : way.isOpen() && way.endpoint() != null;
  }

  /** The largest inner packet whose datagram fits the way to the first hop, as far as is known. */
  static int packetBytesMax(Session session) {
    Way way = session.way();
    return way == null
        ? session.datagramBytesMax() - DataMessage.OVERHEAD_BYTES
        : way.guard().datagramBytesMax()
            - DataMessage.OVERHEAD_BYTES
            - way.hops().size() * LAYER_BYTES;
  }

  /**
   * Makes room for a message with this much plaintext, sending what is there when it does not fit
   * behind it.
   *
   * @return where in {@link #buffer} the plaintext goes
   */
  @SuppressWarnings("ReferenceEquality") // the same objects as long as the peer has not moved
  int room(Session next, int plaintextBytes, long nowNanos) {
    Way nextWay = next.way();
    InetSocketAddress endpoint = nextWay == null ? next.endpoint() : nextWay.endpoint();
    int depth = nextWay == null ? 0 : nextWay.hops().size();
    int bytes =
        depth * LAYER_BYTES + DataMessage.HEADER_BYTES + plaintextBytes + DataMessage.TAG_BYTES;
    if (messages > 0
        && (next != session
            || nextWay != way
            || endpoint != to
            || bytes > messageBytes
            || length % messageBytes != 0
            || messages == UdpTransport.SEGMENTS_MAX
            || length + bytes > buffer.length)) {
      flush(nowNanos);
    }
    if (messages == 0) {
      session = next;
      way = nextWay;
      to = endpoint;
      layers = depth;
      messageBytes = bytes;
    }
    return length + depth * LAYER_HEAD_BYTES + DataMessage.HEADER_BYTES;
  }

  /** Seals the message whose plaintext was written at {@link #room}. */
  void seal(Epoch epoch, long counter, int plaintextBytes, int packetBytes, long nowNanos) {
    int at = length + layers * LAYER_HEAD_BYTES;
    DataMessage.writeHeader(buffer, at, epoch.remoteIndex(), counter);
    int sealed = epoch.seal(shard, counter, buffer, at + DataMessage.HEADER_BYTES, plaintextBytes);
    enclose(epoch.localIndex(), DataMessage.HEADER_BYTES + sealed, packetBytes, nowNanos);
  }

  /** A message of its own, for a place that the session's others do not go to. */
  byte[] sealed(Epoch epoch, long counter, byte[] plaintext) {
    byte[] message = new byte[DataMessage.HEADER_BYTES + plaintext.length + DataMessage.TAG_BYTES];
    DataMessage.writeHeader(message, 0, epoch.remoteIndex(), counter);
    System.arraycopy(plaintext, 0, message, DataMessage.HEADER_BYTES, plaintext.length);
    epoch.seal(shard, counter, message, DataMessage.HEADER_BYTES, plaintext.length);
    return message;
  }

  /** Sends a datagram that is sealed already. */
  void sendTo(InetSocketAddress place, byte[] datagram) {
    udp.send(datagram, place);
    counters.add(Meter.UDP_SENT_DATAGRAMS, 1);
    counters.add(Meter.UDP_SENT_CALLS, 1);
  }

  /** The same, in one piece or not at all. */
  void sendWhole(InetSocketAddress place, byte[] datagram, Runnable refused) {
    udp.sendWhole(datagram, place, refused);
    counters.add(Meter.UDP_SENT_DATAGRAMS, 1);
    counters.add(Meter.UDP_SENT_CALLS, 1);
  }

  /** Sends a datagram that is sealed already, or needs no seal, inside the hops of a way. */
  void sendInside(Way hops, int circuit, byte[] datagram, long nowNanos) {
    flush(nowNanos);
    session = hops.last();
    way = hops;
    to = hops.endpoint();
    layers = hops.hops().size();
    int bytes = MessageType.forwardedBytes(datagram);
    messageBytes = layers * LAYER_BYTES + bytes;
    System.arraycopy(datagram, 0, buffer, layers * LAYER_HEAD_BYTES, bytes);
    enclose(circuit, bytes, 0, nowNanos);
    flush(nowNanos);
  }

  /** Seals a layer for each hop of the way around a message that is in its place. */
  private void enclose(int circuit, int enclosedBytes, int packetBytes, long nowNanos) {
    int bytes = enclosedBytes;
    int id = circuit;
    for (int layer = layers - 1; layer >= 0; layer--) {
      Epoch epoch = way == null ? null : way.hops().get(layer).sending();
      long counter = epoch == null ? -1 : epoch.reserve(1, nowNanos);
      if (epoch == null || counter < 0) {
        counters.count(Verdict.KEYS_WORN_OUT);
        return;
      }
      int at = length + layer * LAYER_HEAD_BYTES;
      DataMessage.writeHeader(buffer, at, epoch.remoteIndex(), counter);
      Frame.writeForward(buffer, at + DataMessage.HEADER_BYTES, id);
      bytes =
          DataMessage.HEADER_BYTES
              + epoch.seal(
                  shard,
                  counter,
                  buffer,
                  at + DataMessage.HEADER_BYTES,
                  Frame.FORWARD_BYTES + bytes);
      id = epoch.localIndex();
    }
    length += bytes;
    messages++;
    innerBytes += packetBytes;
  }

  /** Sends what there is. */
  void flush(long nowNanos) {
    if (messages > 0 && session != null && to != null) {
      udp.send(buffer, length, messageBytes, to);
      session.onSent(innerBytes, nowNanos);
      if (way != null) {
        for (int hop = 0; hop < layers; hop++) {
          way.hops().get(hop).onSent(innerBytes, nowNanos);
        }
      }
      counters.add(Meter.UDP_SENT_DATAGRAMS, messages);
      counters.add(Meter.UDP_SENT_CALLS, 1);
      counters.add(Meter.SEALED_BYTES, innerBytes);
    }
    length = 0;
    messages = 0;
    innerBytes = 0;
    session = null;
    way = null;
    to = null;
  }
}
