package org.p2pvpn.overlay.dataplane;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import org.p2pvpn.overlay.circuit.Allowance;
import org.p2pvpn.overlay.circuit.RelayTable;
import org.p2pvpn.overlay.circuit.RelayedCircuit;
import org.p2pvpn.overlay.session.Epochs;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.wire.DataMessage;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.segment.Joiner;

/**
 * Whatever the two neighbours of a circuit send through it: no exception, nothing at the TUN, no
 * handshake but from the socket.
 */
final class RelayPathFuzzTest {
  private static final WireEnd WIRE = new WireEnd(new Deaf());
  private static final int CIRCUIT = 0x5151_0007;
  private static final InetSocketAddress ALICES = new InetSocketAddress("192.0.2.1", 51_820);

  private final TwoNodes nodes = new TwoNodes();
  private final RecordingEvents events = new RecordingEvents();
  private final InboundPath path = relay();

  @FuzzTest(maxDuration = "60s")
  void anyForwardFramesOfThePreviousNode(FuzzedDataProvider input) {
    for (long counter = 0; counter < 4; counter++) {
      int id = input.consumeBoolean() ? CIRCUIT : input.consumeInt();
      boolean nested = input.consumeBoolean();
      byte[] datagram = input.consumeBytes(input.consumeInt(0, 65_498));
      if (nested && datagram.length >= DataMessage.HEADER_BYTES) {
        DataMessage.writeHeader(datagram, 0, TwoNodes.BOBS_INDEX, input.consumeLong());
      }
      receive(nodes.sealed(counter, HopChain.forward(id, datagram)), ALICES);
    }
    if (!events.controls.isEmpty()) {
      throw new AssertionError("a forwarded datagram was taken for a control message");
    }
  }

  @FuzzTest(maxDuration = "60s")
  void anyAnswersOfTheNextNode(FuzzedDataProvider input) {
    for (int i = 0; i < 4; i++) {
      byte type = input.consumeByte();
      byte[] datagram = input.consumeBytes(input.consumeInt(0, 65_527));
      int indexAt = type == 3 ? 8 : 4;
      if (datagram.length >= indexAt + DataMessage.HEADER_BYTES) {
        DataMessage.writeHeader(datagram, indexAt - 4, CIRCUIT, i);
        datagram[0] = type;
      }
      receive(datagram, WIRE.address());
    }
    if (!events.controls.isEmpty() || !events.confirmed.isEmpty()) {
      throw new AssertionError("an answer for another node changed something here");
    }
  }

  private void receive(byte[] datagram, InetSocketAddress from) {
    WIRE.onLoop(
        () -> {
          path.onDatagrams(Unpooled.wrappedBuffer(datagram), datagram.length, from);
          path.onReadComplete();
        });
  }

  private InboundPath relay() {
    Counters counters = new Counters();
    RelayTable circuits = new RelayTable();
    Session toNext = Epochs.session(9);
    toNext.moveTo(WIRE.address());
    nodes.toAlice.moveTo(WIRE.address());
    nodes.toAlice.sendWith(nodes.bobs);
    circuits.add(
        new RelayedCircuit(
            CIRCUIT, nodes.toAlice, toNext, Allowance.unlimited(), System.nanoTime()));
    return new InboundPath(
        0,
        nodes.bobsEpochs,
        new Joiner(
            TunOffloads.ALL,
            (_, _, _) -> {
              throw new AssertionError("a relayed datagram reached the TUN");
            }),
        counters,
        events,
        (_, _, _, _) -> {},
        RelayPaths.direct(WIRE, new SealBatch(WIRE.udp, counters, 0), circuits, counters),
        (_, _, _) -> {});
  }
}
