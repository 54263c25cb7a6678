package org.p2pvpn.overlay.dataplane;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.circuit.FairQueue;
import org.p2pvpn.overlay.circuit.RelayTable;
import org.p2pvpn.overlay.circuit.RelayedCircuit;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.telemetry.Meter;
import org.p2pvpn.overlay.transport.UdpTransport;
import org.p2pvpn.overlay.wire.DataMessage;
import org.p2pvpn.overlay.wire.Frame;
import org.p2pvpn.overlay.wire.MessageType;

/**
 * A relay's way, from UDP to UDP and never to the TUN:
 *
 * <ol>
 *   <li>forward: what was found in an opened layer goes to the circuit's next node as it is
 *   <li>back: what the next node sends gets one layer and goes to the circuit's previous node
 * </ol>
 *
 * What may not go yet, because of a limit or a full socket, waits in the {@link FairQueue}.
 *
 * <p>Equal neighbours share a send in both directions. Runs on one event loop, called by {@link
 * InboundPath}, whose turn ends with {@link #flush}.
 */
final class RelayPath implements FairQueue.Outlet {
  /** Longer ones fit no send with a layer around them; IP has room for a few bytes more. */
  private static final int DATAGRAM_BYTES_MAX =
      UdpTransport.SEND_BYTES_MAX - DataMessage.BYTES_MIN - Frame.FORWARD_BYTES;

  private final UdpTransport udp;
  private final SealBatch batch;
  private final RelayTable circuits;
  private final FairQueue waiting;
  private final Alarm alarm;
  private final Counters counters;

  /** Datagrams for one endpoint, of one size but the last. */
  private final byte[] train = new byte[UdpTransport.SEND_BYTES_MAX];

  private final byte[] initiation = new byte[MessageType.INITIATION_BYTES];

  private @Nullable InetSocketAddress to;
  private int length;
  private int messageBytes;
  private int messages;

  /** Calls {@link #flush} on the loop after a while; one call at a time, the soonest asked for. */
  interface Alarm {
    void after(long nanos);
  }

  RelayPath(
      UdpTransport udp,
      SealBatch batch,
      RelayTable circuits,
      FairQueue waiting,
      Alarm alarm,
      Counters counters) {
    this.udp = udp;
    this.batch = batch;
    this.circuits = circuits;
    this.waiting = waiting;
    this.alarm = alarm;
    this.counters = counters;
  }

  @Nullable RelayedCircuit find(int circuit) {
    return circuits.find(circuit);
  }

  /** The circuit that a datagram from the network answers on, or null when it is for us. */
  @Nullable RelayedCircuit answeredBy(byte[] datagram, int at, int datagramBytes) {
    int indexAt = datagram[at] == MessageType.RESPONSE ? 8 : 4;
    return datagramBytes < indexAt + 4 || datagram[at] == MessageType.INITIATION
        ? null
        : circuits.find(DataMessage.intAt(datagram, at + indexAt));
  }

  /** A datagram out of a layer that the circuit's previous node sealed. */
  Verdict forward(RelayedCircuit circuit, byte[] found, int at, int datagramBytes, long nowNanos) {
    boolean carried =
        datagramBytes >= DataMessage.BYTES_MIN
            && datagramBytes <= DATAGRAM_BYTES_MAX
            && (DataMessage.isData(found, at) || found[at] == MessageType.INITIATION);
    if (!carried) {
      return Verdict.NOT_FORWARDED;
    }
    if (found[at] == MessageType.INITIATION
        && datagramBytes == MessageType.SHORT_INITIATION_BYTES) {
      System.arraycopy(found, at, initiation, 0, datagramBytes); // a mac2 of zeros follows
      return pass(circuit, initiation, 0, initiation.length, nowNanos);
    }
    return pass(circuit, found, at, datagramBytes, nowNanos);
  }

  private Verdict pass(
      RelayedCircuit circuit, byte[] found, int at, int datagramBytes, long nowNanos) {
    return waiting.passes(circuit, datagramBytes, udp.isWritable(), nowNanos)
        ? sendForward(circuit, found, at, datagramBytes, nowNanos)
        : waiting.enqueue(circuit, true, found, at, datagramBytes, nowNanos);
  }

  /** An answer of the circuit's next node. */
  Verdict back(
      RelayedCircuit circuit,
      byte[] datagram,
      int at,
      int datagramBytes,
      InetSocketAddress from,
      long nowNanos) {
    if (!from.equals(circuit.next().endpoint())) {
      return Verdict.NOT_FROM_NEXT_HOP;
    }
    if (datagramBytes > DATAGRAM_BYTES_MAX) {
      return Verdict.NOT_FORWARDED;
    }
    return waiting.passes(circuit, datagramBytes, udp.isWritable(), nowNanos)
        ? sendBack(circuit, datagram, at, datagramBytes, nowNanos)
        : waiting.enqueue(circuit, false, datagram, at, datagramBytes, nowNanos);
  }

  @SuppressWarnings("ReferenceEquality") // the same object as long as the peer has not moved
  private Verdict sendForward(
      RelayedCircuit circuit, byte[] found, int at, int datagramBytes, long nowNanos) {
    InetSocketAddress next = circuit.next().endpoint();
    if (next == null) {
      return Verdict.NO_SESSION;
    }
    if (messages > 0
        && (next != to
            || datagramBytes > messageBytes
            || length % messageBytes != 0
            || messages == UdpTransport.SEGMENTS_MAX
            || length + datagramBytes > train.length)) {
      flushForward();
    }
    if (messages == 0) {
      to = next;
      messageBytes = datagramBytes;
    }
    System.arraycopy(found, at, train, length, datagramBytes);
    length += datagramBytes;
    messages++;
    circuit.onForwarded(nowNanos);
    counters.add(Meter.FORWARDED_DATAGRAMS, 1);
    counters.add(Meter.FORWARDED_BYTES, datagramBytes);
    return Verdict.PASSED;
  }

  private Verdict sendBack(
      RelayedCircuit circuit, byte[] datagram, int at, int datagramBytes, long nowNanos) {
    Epoch epoch = circuit.previous().sending();
    int plaintextBytes = Frame.FORWARD_BYTES + datagramBytes;
    if (epoch == null || !SealBatch.reaches(circuit.previous())) {
      return Verdict.NO_SESSION;
    }
    long counter = epoch.reserve(1, nowNanos);
    if (counter < 0) {
      return Verdict.KEYS_WORN_OUT;
    }
    int plaintextAt = batch.room(circuit.previous(), plaintextBytes, nowNanos);
    Frame.writeForward(batch.buffer(), plaintextAt, circuit.index());
    System.arraycopy(
        datagram, at, batch.buffer(), plaintextAt + Frame.FORWARD_BYTES, datagramBytes);
    batch.seal(epoch, counter, plaintextBytes, datagramBytes, nowNanos);
    circuit.onReturned(nowNanos);
    counters.add(Meter.RETURNED_DATAGRAMS, 1);
    counters.add(Meter.RETURNED_BYTES, datagramBytes);
    return Verdict.PASSED;
  }

  @Override
  public boolean isWritable() {
    return udp.isWritable();
  }

  /** One that waited, and was counted as passed when it came. */
  @Override
  public void send(
      RelayedCircuit circuit, boolean toNext, byte[] datagram, int bytes, long nowNanos) {
    Verdict sent =
        toNext
            ? sendForward(circuit, datagram, 0, bytes, nowNanos)
            : sendBack(circuit, datagram, 0, bytes, nowNanos);
    if (sent != Verdict.PASSED) {
      counters.count(sent);
    }
  }

  /** Whether the socket's becoming writable is of interest. */
  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** The turn ends: what waits for its turn or for a neighbour to share a send is sent. */
  void flush(long nowNanos) {
    if (!waiting.isEmpty()) {
      long more = waiting.drain(this, nowNanos);
      if (more != FairQueue.NOTHING) {
        alarm.after(more);
      }
    }
    flushForward();
    batch.flush(nowNanos);
  }

  private void flushForward() {
    if (messages > 0 && to != null) {
      udp.send(train, length, messageBytes, to);
      counters.add(Meter.UDP_SENT_DATAGRAMS, messages);
      counters.add(Meter.UDP_SENT_CALLS, 1);
    }
    length = 0;
    messages = 0;
    to = null;
  }
}
