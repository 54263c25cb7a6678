package org.p2pvpn.overlay.dataplane;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import org.p2pvpn.overlay.circuit.RelayTable;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.wire.DataMessage;
import org.p2pvpn.overlay.wire.Frame;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.segment.Joiner;

/**
 * Any datagrams of anyone, also with a header that names a real epoch: no exception, nothing
 * delivered, nothing believed. And any plaintext of a peer with the keys: no exception.
 */
final class InboundPathFuzzTest {
  private static final WireEnd WIRE = new WireEnd(new Deaf());
  private static final InetSocketAddress FROM = new InetSocketAddress("192.0.2.1", 51_820);

  @FuzzTest(maxDuration = "60s")
  void anyDatagramsOfAStrangerDeliverNothing(FuzzedDataProvider input) {
    TwoNodes nodes = new TwoNodes();
    RecordingEvents events = new RecordingEvents();
    InboundPath path =
        path(
            nodes,
            events,
            new Joiner(
                TunOffloads.ALL,
                (_, _, _) -> {
                  throw new AssertionError("a stranger's bytes reached the TUN");
                }));
    boolean rightHeader = input.consumeBoolean();
    long counter = input.consumeLong();
    int segmentBytes = input.consumeInt(1, 2000);
    byte[] train = input.consumeRemainingAsBytes();
    for (int at = 0; rightHeader && at + DataMessage.HEADER_BYTES <= train.length; ) {
      DataMessage.writeHeader(train, at, TwoNodes.BOBS_INDEX, counter);
      at += segmentBytes;
    }
    path.onDatagrams(Unpooled.wrappedBuffer(train), segmentBytes, FROM);
    path.onReadComplete();
    if (nodes.toAlice.endpoint() != null
        || !events.confirmed.isEmpty()
        || !events.controls.isEmpty()) {
      throw new AssertionError("a stranger's bytes changed the session");
    }
  }

  @FuzzTest(maxDuration = "60s")
  void anyPlaintextOfAPeerIsDeliveredOrDropped(FuzzedDataProvider input) {
    TwoNodes nodes = new TwoNodes();
    InboundPath path =
        path(nodes, new RecordingEvents(), new Joiner(TunOffloads.ALL, (_, _, _) -> {}));
    byte frame = input.consumeByte((byte) 0, Frame.PACKET_PARTIAL_CHECKSUM);
    boolean whole = input.consumeBoolean();
    byte[] packet = input.consumeRemainingAsBytes();
    if (packet.length > 1500) {
      return;
    }
    if (whole && packet.length >= 40) {
      addressAndLength(packet);
    }
    for (int counter = 0; counter < 3; counter++) {
      byte[] message = nodes.sealedPacket(counter, frame, packet);
      path.onDatagrams(Unpooled.wrappedBuffer(message), message.length, FROM);
    }
    path.onReadComplete();
  }

  /** So that the fuzzer gets past the cheap checks: Alice's packet to Bob, whatever is in it. */
  private static void addressAndLength(byte[] packet) {
    java.nio.ByteBuffer header = java.nio.ByteBuffer.wrap(packet);
    if ((packet[0] & 0x10) == 0) {
      packet[0] = (byte) (0x40 | Math.max(5, packet[0] & 0x0F));
      header.putShort(2, (short) packet.length);
      header.putInt(12, TwoNodes.ALICE.ipv4()).putInt(16, TwoNodes.BOB.ipv4());
    } else {
      packet[0] = 0x60;
      header.putShort(4, (short) (packet.length - 40));
      header.putLong(8, TwoNodes.ALICE.ipv6High()).putLong(16, TwoNodes.ALICE.ipv6Low());
      header.putLong(24, TwoNodes.BOB.ipv6High()).putLong(32, TwoNodes.BOB.ipv6Low());
    }
  }

  private static InboundPath path(TwoNodes nodes, RecordingEvents events, Joiner joiner) {
    Counters counters = new Counters();
    SealBatch batch = new SealBatch(WIRE.udp, counters, 0);
    return new InboundPath(
        0,
        nodes.bobsEpochs,
        joiner,
        counters,
        events,
        (_, _, _, _) -> {},
        RelayPaths.direct(WIRE, batch, new RelayTable(), counters),
        (_, _, _) -> {});
  }
}
