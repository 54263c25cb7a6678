package org.p2pvpn.overlay.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p2pvpn.overlay.dataplane.TwoNodes.ALICE;
import static org.p2pvpn.overlay.dataplane.TwoNodes.BOB;
import static org.p2pvpn.overlay.dataplane.TwoNodes.STRANGER;

import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.circuit.RelayTable;
import org.p2pvpn.overlay.packet.Packets;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.telemetry.Meter;
import org.p2pvpn.overlay.wire.DataMessage;
import org.p2pvpn.overlay.wire.Frame;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.VirtioHeader;
import org.p2pvpn.tun.segment.Joiner;

final class InboundPathTest {
  private static final InetSocketAddress FROM = new InetSocketAddress("192.0.2.1", 51_820);
  private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("192.0.2.9", 4000);
  private static final byte[] PACKET = Packets.ipv6(ALICE, BOB, new byte[] {1, 2, 3});

  private final TwoNodes nodes = new TwoNodes();
  private final RecordingEvents events = new RecordingEvents();
  private final Counters counters = new Counters();
  private final List<byte[]> delivered = new ArrayList<>();
  private final List<Integer> handedTo = new ArrayList<>();
  private final List<byte[]> echoed = new ArrayList<>();
  private final List<@Nullable InetSocketAddress> echoedTo = new ArrayList<>();
  private final RelayTable circuits = new RelayTable();
  private final WireEnd wire = new WireEnd(new Deaf());
  private final InboundPath path = path(0, nodes.bobsEpochs);

  private InboundPath path(int shard, EpochTable epochs) {
    return new InboundPath(
        shard,
        epochs,
        new Joiner(TunOffloads.ALL, this::deliver),
        counters,
        events,
        (owner, _, _, _) -> handedTo.add(owner),
        RelayPaths.direct(wire, new SealBatch(wire.udp, counters, shard), circuits, counters),
        (_, echo, to) -> {
          echoed.add(echo);
          echoedTo.add(to);
        });
  }

  @AfterEach
  void close() {
    wire.close();
  }

  private void deliver(TunBuffer buffer, int at, int length) {
    byte[] packet = new byte[length - VirtioHeader.BYTES];
    buffer.bytes().get(at + VirtioHeader.BYTES, packet);
    delivered.add(packet);
  }

  private void receive(byte[] datagram, InetSocketAddress from) {
    receiveTrain(datagram, datagram.length, from);
  }

  private void receiveTrain(byte[] train, int segmentBytes, InetSocketAddress from) {
    path.onDatagrams(Unpooled.wrappedBuffer(train), segmentBytes, from);
    path.onReadComplete();
  }

  private void assertDropped(Verdict verdict) {
    assertThat(counters.get(verdict)).as(verdict.name()).isEqualTo(1);
    assertThat(counters.get(Verdict.PASSED)).isZero();
    assertThat(delivered).isEmpty();
  }

  @Test
  void deliversAnAuthenticPacketUnchanged() {
    receive(nodes.sealedPacket(0, Frame.PACKET, PACKET), FROM);
    assertThat(delivered).containsExactly(PACKET);
    assertThat(nodes.toAlice.receivedBytes()).isEqualTo(PACKET.length);
    assertThat(counters.get(Meter.OPENED_BYTES)).isEqualTo(PACKET.length);
  }

  @Test
  void opensEachDatagramOfATrain() {
    byte[] first = nodes.sealedPacket(0, Frame.PACKET, PACKET);
    byte[] second = nodes.sealedPacket(1, Frame.PACKET, PACKET);
    byte[] shorter = nodes.sealed(2);
    byte[] train = Arrays.copyOf(first, first.length + second.length + shorter.length);
    System.arraycopy(second, 0, train, first.length, second.length);
    System.arraycopy(shorter, 0, train, first.length + second.length, shorter.length);
    receiveTrain(train, first.length, FROM);
    assertThat(counters.get(Meter.UDP_RECEIVED_DATAGRAMS)).isEqualTo(3);
    assertThat(counters.get(Meter.UDP_RECEIVED_CALLS)).isEqualTo(1);
    assertThat(counters.get(Verdict.PASSED)).isEqualTo(3);
  }

  @Test
  void dropsACounterSeenTwice() {
    byte[] message = nodes.sealedPacket(0, Frame.PACKET, PACKET);
    receive(message, FROM);
    receive(message, FROM);
    assertThat(delivered).hasSize(1);
    assertThat(counters.get(Verdict.REPLAYED)).isEqualTo(1);
  }

  @Test
  void dropsAForgeryAndStillTakesTheTrueOne() {
    byte[] message = nodes.sealedPacket(0, Frame.PACKET, PACKET);
    byte[] forged = message.clone();
    forged[20] ^= 1;
    receive(forged, ELSEWHERE);
    assertDropped(Verdict.FORGED);
    assertThat(nodes.toAlice.endpoint()).isNull();
    assertThat(events.confirmed).isEmpty();
    receive(message, FROM);
    assertThat(delivered).hasSize(1);
  }

  @Test
  void dropsAMessageCutAnywhere() {
    byte[] message = nodes.sealedPacket(0, Frame.PACKET, PACKET);
    for (int length = 1; length < message.length; length++) {
      receive(Arrays.copyOf(message, length), FROM);
    }
    assertThat(delivered).isEmpty();
    assertThat(counters.get(Verdict.TOO_SHORT)).isEqualTo(DataMessage.BYTES_MIN - 1);
    assertThat(counters.get(Verdict.FORGED)).isEqualTo(message.length - DataMessage.BYTES_MIN);
  }

  @Test
  void dropsAnEmptyDatagram() {
    receive(new byte[0], FROM);
    assertDropped(Verdict.TOO_SHORT);
  }

  @Test
  void dropsAnUnknownTypeAndReservedBits() {
    byte[] message = nodes.sealedPacket(0, Frame.PACKET, PACKET);
    message[2] = 1;
    receive(message, FROM);
    assertDropped(Verdict.UNKNOWN_TYPE);
  }

  @Test
  void dropsAnIndexThatNoEpochHas() {
    byte[] message = nodes.sealedPacket(0, Frame.PACKET, PACKET);
    message[4] ^= 1;
    receive(message, FROM);
    assertDropped(Verdict.UNKNOWN_INDEX);
  }

  @Test
  void dropsAFrameItDoesNotKnow() {
    receive(nodes.sealedPacket(0, (byte) 9, PACKET), FROM);
    assertDropped(Verdict.BAD_FRAME);
  }

  @Test
  void dropsAnInnerPacketThatIsNotWhole() {
    receive(nodes.sealedPacket(0, Frame.PACKET, Arrays.copyOf(PACKET, 47)), FROM);
    assertDropped(Verdict.BAD_INNER);
  }

  @Test
  void dropsAnInnerSourceThatTheSessionWasNotGiven() {
    byte[] packet = Packets.ipv4(STRANGER, BOB, new byte[1]);
    receive(nodes.sealedPacket(0, Frame.PACKET, packet), FROM);
    assertDropped(Verdict.SOURCE_NOT_ALLOWED);
  }

  @Test
  void dropsAnInnerDestinationThatIsNotOurs() {
    byte[] packet = Packets.ipv4(ALICE, STRANGER, new byte[1]);
    receive(nodes.sealedPacket(0, Frame.PACKET, packet), FROM);
    assertDropped(Verdict.DESTINATION_NOT_OURS);
  }

  @Test
  void handsControlMessagesUpWithoutTheirFrameByte() {
    receive(nodes.sealed(0, Frame.CONTROL, (byte) 7), FROM);
    assertThat(events.controls).containsExactly(new byte[] {7});
    assertThat(delivered).isEmpty();
  }

  @Test
  void whoTalksTooMuchIsNotHeardAndItsPacketsAre() {
    int messages = 10_000;
    for (int i = 0; i < messages; i++) {
      receive(nodes.sealed(i, Frame.CONTROL, (byte) 7), FROM);
    }
    long dropped = counters.get(Verdict.TOO_TALKATIVE);
    assertThat(dropped).isPositive();
    assertThat(events.controls).hasSize(messages - (int) dropped);
    receive(nodes.sealedPacket(messages, Frame.PACKET, PACKET), FROM);
    assertThat(delivered).containsExactly(PACKET);
  }

  @Test
  void aKeepaliveIsNoControlMessage() {
    receive(nodes.sealed(0), FROM);
    receive(nodes.sealed(1, Frame.CONTROL), FROM);
    assertThat(events.controls).isEmpty();
    assertThat(counters.get(Verdict.PASSED)).isEqualTo(2);
    assertThat(nodes.toAlice.activity().owedSinceNanos()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void theFirstAuthenticMessageConfirmsTheEpochOnce() {
    receive(nodes.sealed(0), FROM);
    receive(nodes.sealed(1), FROM);
    assertThat(events.confirmed).containsExactly(nodes.bobs);
  }

  @Test
  void theEndpointMovesOnTheNewestMessageOnly() {
    receive(nodes.sealed(5), FROM);
    assertThat(nodes.toAlice.endpoint()).isEqualTo(FROM);
    receive(nodes.sealed(3), ELSEWHERE);
    assertThat(nodes.toAlice.endpoint()).isEqualTo(FROM);
    receive(nodes.sealed(6), ELSEWHERE);
    assertThat(nodes.toAlice.endpoint()).isEqualTo(ELSEWHERE);
    assertThat(counters.get(Meter.ROAMED)).isEqualTo(2);
  }

  /** So that a path is measured which the session is not on. */
  @Test
  void aProbeAsideIsAnsweredWhereItCameFromAndMovesNothing() {
    receive(nodes.sealed(5), FROM);
    long heard = nodes.toAlice.lastReceivedNanos();
    byte[] probe = new byte[100];
    probe[0] = Frame.PROBE_ASIDE;
    probe[8] = 7;
    receive(nodes.sealed(6, probe), ELSEWHERE);
    assertThat(nodes.toAlice.endpoint()).isEqualTo(FROM);
    assertThat(nodes.toAlice.lastReceivedNanos()).isEqualTo(heard);
    probe[0] = Frame.ECHO_ASIDE;
    assertThat(echoed).containsExactly(probe);
    assertThat(echoedTo).containsExactly(ELSEWHERE);
    receive(nodes.sealed(7), ELSEWHERE);
    assertThat(nodes.toAlice.endpoint()).isEqualTo(ELSEWHERE);
  }

  @Test
  void anEchoAsideIsHandedUpAndProvesNothingOfThePathInUse() {
    nodes.toAlice.onSent(100, 1);
    byte[] echo = new byte[9];
    echo[0] = Frame.ECHO_ASIDE;
    receive(nodes.sealed(5, echo), FROM);
    assertThat(events.echoes).containsExactly(echo);
    assertThat(nodes.toAlice.activity().isUnanswered()).isTrue();
  }

  @Test
  void aProbeAsideOfNoProperLengthIsNotAnswered() {
    int counter = 0;
    for (int bytes : new int[] {2, 8, 1282}) {
      byte[] probe = new byte[bytes];
      probe[0] = Frame.PROBE_ASIDE;
      receive(nodes.sealed(counter++, probe), FROM);
    }
    assertThat(echoed).isEmpty();
    assertThat(counters.get(Verdict.BAD_FRAME)).isEqualTo(3);
  }

  @Test
  void handshakesLeaveForTheirOwnThread() {
    for (byte type = 2; type <= 5; type++) {
      receive(new byte[] {type, 1, 2}, FROM);
    }
    assertThat(events.handshakes).hasSize(4);
    events.room = false;
    receive(new byte[] {2, 1, 2}, FROM);
    assertThat(events.handshakes).hasSize(4);
    assertThat(counters.get(Verdict.HANDSHAKE_QUEUE_FULL)).isEqualTo(1);
  }

  @Test
  void anotherShardsMessageGoesToThatShard() {
    EpochTable four = new EpochTable(4);
    four.add(nodes.bobs);
    InboundPath wrong = path(0, four);
    byte[] message = nodes.sealedPacket(0, Frame.PACKET, PACKET);
    wrong.onDatagrams(Unpooled.wrappedBuffer(message), message.length, FROM);
    assertThat(handedTo).containsExactly(2);
    assertThat(delivered).isEmpty();
    path(2, four).onHandover(message, 0, FROM);
    assertThat(delivered).containsExactly(PACKET);
  }

  @Test
  void joinsNeighboursOfOneFlow() {
    byte[] packet = Packets.withPartialChecksum(PACKET);
    for (int i = 0; i < 4; i++) {
      byte[] message = nodes.sealedPacket(i, Frame.PACKET_PARTIAL_CHECKSUM, packet);
      path.onDatagrams(Unpooled.wrappedBuffer(message), message.length, FROM);
    }
    assertThat(delivered).isEmpty();
    path.onReadComplete();
    assertThat(delivered).hasSize(1);
    assertThat(delivered.getFirst()).hasSize(PACKET.length + 3 * 3);
    assertThat(counters.get(Verdict.PASSED)).isEqualTo(4);
    assertThat(nodes.toAlice.receivedBytes()).isEqualTo(4L * PACKET.length);
  }
}
