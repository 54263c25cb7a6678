package org.p2pvpn.overlay.dataplane;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.telemetry.Meter;
import org.p2pvpn.overlay.transport.UdpTransport;
import org.p2pvpn.overlay.wire.DataMessage;

/**
 * Sealed messages for one endpoint on their way into one UDP send. The kernel cuts a train into
 * datagrams of one size, of which only the last may be shorter; so a message that is longer than
 * the first, or follows a shorter one, starts a new train. Belongs to one event loop.
 */
final class SealBatch {
  private final UdpTransport udp;
  private final Counters counters;
  private final int shard;
  private final byte[] buffer = new byte[UdpTransport.SEND_BYTES_MAX];

  private @Nullable Session session;
  private @Nullable InetSocketAddress to;
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

  /**
   * Makes room for a message with this much plaintext, sending what is there when it does not fit
   * behind it.
   *
   * @return where in {@link #buffer} the plaintext goes
   */
  @SuppressWarnings("ReferenceEquality") // the same object as long as the peer has not moved
  int room(Session next, InetSocketAddress endpoint, int plaintextBytes, long nowNanos) {
    int bytes = DataMessage.HEADER_BYTES + plaintextBytes + DataMessage.TAG_BYTES;
    if (messages > 0
        && (next != session
            || endpoint != to
            || bytes > messageBytes
            || length % messageBytes != 0
            || messages == UdpTransport.SEGMENTS_MAX
            || length + bytes > buffer.length)) {
      flush(nowNanos);
    }
    if (messages == 0) {
      session = next;
      to = endpoint;
      messageBytes = bytes;
    }
    return length + DataMessage.HEADER_BYTES;
  }

  /** Seals the message whose plaintext was written at {@link #room}. */
  void seal(Epoch epoch, long counter, int plaintextBytes, int packetBytes) {
    DataMessage.writeHeader(buffer, length, epoch.remoteIndex(), counter);
    int sealed =
        epoch.seal(shard, counter, buffer, length + DataMessage.HEADER_BYTES, plaintextBytes);
    length += DataMessage.HEADER_BYTES + sealed;
    messages++;
    innerBytes += packetBytes;
  }

  /** Sends what there is. */
  void flush(long nowNanos) {
    if (messages == 0 || session == null || to == null) {
      return;
    }
    udp.send(buffer, length, messageBytes, to);
    session.onSent(innerBytes, nowNanos);
    counters.add(Meter.UDP_SENT_DATAGRAMS, messages);
    counters.add(Meter.UDP_SENT_CALLS, 1);
    counters.add(Meter.SEALED_BYTES, innerBytes);
    length = 0;
    messages = 0;
    innerBytes = 0;
    session = null;
    to = null;
  }
}
