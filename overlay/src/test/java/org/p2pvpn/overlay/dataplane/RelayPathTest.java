package org.p2pvpn.overlay.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.p2pvpn.overlay.circuit.Allowance;
import org.p2pvpn.overlay.circuit.RelayTable;
import org.p2pvpn.overlay.circuit.RelayedCircuit;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.Epochs;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.telemetry.Meter;
import org.p2pvpn.overlay.wire.DataMessage;
import org.p2pvpn.overlay.wire.Frame;
import org.p2pvpn.overlay.wire.MessageType;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.segment.Joiner;

/** Bob relays between Alice, who has the circuit, and the next node, which the test is. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RelayPathTest {
  private static final int CIRCUIT = 0x5151_0007;
  private static final InetSocketAddress ALICES = new InetSocketAddress("192.0.2.1", 51_820);
  private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("192.0.2.9", 4000);

  private final TwoNodes nodes = new TwoNodes();
  private final RecordingEvents events = new RecordingEvents();
  private final Counters counters = new Counters();
  private final RelayTable circuits = new RelayTable();
  private final WireEnd wire = new WireEnd(new Deaf());
  private final Session toNext = Epochs.session(9);
  private final RelayedCircuit circuit =
      new RelayedCircuit(CIRCUIT, nodes.toAlice, toNext, Allowance.unlimited(), System.nanoTime());
  private final InboundPath path =
      new InboundPath(
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
          RelayPaths.direct(wire, new SealBatch(wire.udp, counters, 0), circuits, counters),
          (_, _, _) -> {});

  private long counter;

  @BeforeEach
  void connect() {
    toNext.moveTo(wire.address());
    nodes.toAlice.moveTo(wire.address());
    nodes.toAlice.sendWith(nodes.bobs);
    circuits.add(circuit);
  }

  @AfterEach
  void close() {
    wire.close();
  }

  /** In one turn, as the socket gives them. */
  private void receive(InetSocketAddress from, byte[]... datagrams) {
    wire.onLoop(
        () -> {
          for (byte[] datagram : datagrams) {
            path.onDatagrams(Unpooled.wrappedBuffer(datagram), datagram.length, from);
          }
          path.onReadComplete();
        });
  }

  private byte[] forward(int id, byte[] datagram) {
    return nodes.sealed(counter++, HopChain.forward(id, datagram));
  }

  /** A data message as far as a relay can tell. */
  private static byte[] data(int bytes, int index, int fill) {
    byte[] datagram = new byte[bytes];
    Arrays.fill(datagram, (byte) fill);
    DataMessage.writeHeader(datagram, 0, index, 5);
    return datagram;
  }

  private static byte[] handshake(byte type, int bytes, int index) {
    byte[] datagram = new byte[bytes];
    int indexAt = type == MessageType.RESPONSE ? 8 : 4;
    DataMessage.writeHeader(datagram, indexAt - 4, index, 0);
    Arrays.fill(datagram, 0, 4, (byte) 0);
    datagram[0] = type;
    return datagram;
  }

  /** What Alice finds in what Bob sends her. */
  private byte[] opened(byte[] message) {
    byte[] plaintext = new byte[message.length];
    int opened =
        nodes.alices.open(
            DataMessage.counter(message, 0),
            message,
            DataMessage.HEADER_BYTES,
            message.length - DataMessage.HEADER_BYTES,
            plaintext,
            0,
            System.nanoTime());
    assertThat(opened).isNotNegative();
    return Arrays.copyOf(plaintext, opened);
  }

  private void assertNothingWentOut(Verdict verdict) {
    assertThat(counters.get(verdict)).as(verdict.name()).isPositive();
    assertNothingWentOut();
  }

  private void assertNothingWentOut() {
    assertThat(counters.get(Meter.FORWARDED_DATAGRAMS)).isZero();
    assertThat(counters.get(Meter.RETURNED_DATAGRAMS)).isZero();
    assertThat(counters.get(Meter.UDP_SENT_CALLS)).isZero();
  }

  @Test
  void whatItFindsGoesToTheNextNodeAsItIs() {
    byte[] message = data(100, 77, 3);
    byte[] initiation = handshake(MessageType.INITIATION, 1440, 8);
    receive(ALICES, forward(CIRCUIT, message), forward(CIRCUIT, initiation));
    assertThat(wire.receive(2)).containsExactly(message, initiation);
    assertThat(counters.get(Meter.FORWARDED_DATAGRAMS)).isEqualTo(2);
    assertThat(counters.get(Meter.FORWARDED_BYTES)).isEqualTo(1540);
    assertThat(circuit.isAnswered()).isFalse();
  }

  @Test
  void anInitiationGetsTheZerosThatWereLeftOut() {
    byte[] initiation = handshake(MessageType.INITIATION, MessageType.INITIATION_BYTES, 8);
    byte[] carried = Arrays.copyOf(initiation, MessageType.forwardedBytes(initiation));
    assertThat(carried).hasSize(MessageType.SHORT_INITIATION_BYTES);
    receive(ALICES, forward(CIRCUIT, carried));
    assertThat(wire.receive(1)).containsExactly(initiation);
    assertThat(28 + 37 + carried.length).as("on a link of 1500").isLessThanOrEqualTo(1500);
  }

  @Test
  void equalNeighboursShareASend() {
    byte[][] messages = {data(100, 77, 1), data(100, 77, 2), data(100, 77, 3), data(60, 77, 4)};
    receive(
        ALICES,
        forward(CIRCUIT, messages[0]),
        forward(CIRCUIT, messages[1]),
        forward(CIRCUIT, messages[2]),
        forward(CIRCUIT, messages[3]));
    assertThat(wire.receive(4)).containsExactly(messages);
    assertThat(counters.get(Meter.UDP_SENT_CALLS)).isEqualTo(1);
  }

  @Test
  void aLongerOneAndAnotherNextNodeBeginAnotherSend() {
    Session other = Epochs.session(10);
    other.moveTo(new InetSocketAddress(wire.address().getAddress(), wire.address().getPort()));
    circuits.add(new RelayedCircuit(CIRCUIT + 1, nodes.toAlice, other, Allowance.unlimited(), 0));
    receive(
        ALICES,
        forward(CIRCUIT, data(60, 77, 1)),
        forward(CIRCUIT, data(100, 77, 2)),
        forward(CIRCUIT + 1, data(100, 77, 3)));
    assertThat(wire.receive(3))
        .extracting(datagram -> datagram[20])
        .containsExactly((byte) 1, (byte) 2, (byte) 3);
    assertThat(counters.get(Meter.UDP_SENT_CALLS)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(bytes = {0, 3, 4, 5, 6, 9, -1})
  void datagramsOfOtherTypesAreNotForwarded(byte type) {
    byte[] datagram = data(100, 77, 1);
    datagram[0] = type;
    receive(ALICES, forward(CIRCUIT, datagram));
    assertNothingWentOut(Verdict.NOT_FORWARDED);
  }

  @Test
  void reservedBitsAndShortDatagramsAreNotForwarded() {
    byte[] reserved = data(100, 77, 1);
    reserved[2] = 1;
    receive(ALICES, forward(CIRCUIT, reserved));
    for (int bytes = 1; bytes < DataMessage.BYTES_MIN; bytes++) {
      byte[] datagram = Arrays.copyOf(data(DataMessage.BYTES_MIN, 77, 1), bytes);
      receive(ALICES, forward(CIRCUIT, datagram));
    }
    assertNothingWentOut();
    assertThat(counters.get(Verdict.NOT_FORWARDED)).isEqualTo(DataMessage.BYTES_MIN);
  }

  @Test
  void anEmptyForwardFrameIsNone() {
    receive(ALICES, forward(CIRCUIT, new byte[0]));
    receive(ALICES, nodes.sealed(counter++, Frame.FORWARD));
    receive(ALICES, nodes.sealed(counter++, Frame.FORWARD, (byte) 1, (byte) 2));
    assertThat(counters.get(Verdict.BAD_FRAME)).isEqualTo(3);
    assertNothingWentOut();
  }

  @Test
  void nobodyUsesAnothersCircuit() {
    circuits.remove(circuit);
    circuits.add(new RelayedCircuit(CIRCUIT, Epochs.session(3), toNext, Allowance.unlimited(), 0));
    receive(ALICES, forward(CIRCUIT, data(100, 77, 1)));
    assertNothingWentOut(Verdict.UNKNOWN_CIRCUIT);
  }

  @Test
  void aCircuitThatIsNotHereLeadsNowhere() {
    receive(ALICES, forward(CIRCUIT + 1, data(100, 77, 1)));
    assertNothingWentOut(Verdict.UNKNOWN_INDEX);
  }

  @Test
  void anAnswerGoesBackInOneLayer() {
    byte[] message = data(100, CIRCUIT, 3);
    byte[] response = handshake(MessageType.RESPONSE, 1185, CIRCUIT);
    byte[] cookie = handshake(MessageType.COOKIE_REPLY, 56, CIRCUIT);
    byte[] notice = handshake(MessageType.VERSION_NOTICE, 24, CIRCUIT);
    receive(wire.address(), message, response, cookie, notice);
    List<byte[]> sent = wire.receive(4);
    assertThat(sent.stream().map(this::opened))
        .containsExactly(
            HopChain.forward(CIRCUIT, message),
            HopChain.forward(CIRCUIT, response),
            HopChain.forward(CIRCUIT, cookie),
            HopChain.forward(CIRCUIT, notice));
    assertThat(counters.get(Meter.RETURNED_DATAGRAMS)).isEqualTo(4);
    assertThat(circuit.isAnswered()).isTrue();
    assertThat(events.handshakes).isEmpty();
  }

  @Test
  void equalAnswersShareASend() {
    receive(
        wire.address(),
        data(100, CIRCUIT, 1),
        data(100, CIRCUIT, 2),
        data(100, CIRCUIT, 3),
        data(40, CIRCUIT, 4));
    assertThat(wire.receive(4)).hasSize(4);
    assertThat(counters.get(Meter.UDP_SENT_CALLS)).isEqualTo(1);
  }

  @Test
  void onlyTheNextNodeAnswers() {
    receive(ELSEWHERE, data(100, CIRCUIT, 1));
    receive(ALICES, handshake(MessageType.RESPONSE, 1185, CIRCUIT));
    assertNothingWentOut(Verdict.NOT_FROM_NEXT_HOP);
    assertThat(counters.get(Verdict.NOT_FROM_NEXT_HOP)).isEqualTo(2);
    assertThat(circuit.isAnswered()).isFalse();
  }

  @Test
  void anInitiationWithACircuitsIdIsForUs() {
    receive(wire.address(), handshake(MessageType.INITIATION, 1440, CIRCUIT));
    assertThat(events.handshakes).hasSize(1);
    assertNothingWentOut();
  }

  @Test
  void anAnswerForOneWithoutKeysIsDropped() {
    nodes.toAlice.sendWith(null);
    receive(wire.address(), data(100, CIRCUIT, 1));
    assertNothingWentOut(Verdict.NO_SESSION);
  }

  @Test
  void nothingGoesOutForAFlippedBit() {
    byte[] message = forward(CIRCUIT, data(40, 77, 1));
    for (int bit = 0; bit < message.length * 8; bit++) {
      byte[] flipped = message.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      receive(ALICES, flipped);
    }
    assertNothingWentOut();
    receive(ALICES, message);
    assertThat(wire.receive(1)).hasSize(1);
  }

  /** The longest that IPv4 and IPv6 carry; with a layer around it, it fits no datagram. */
  @ParameterizedTest
  @ValueSource(ints = {65_440, 65_466, 65_467, 65_487, 65_507, 65_527})
  void anAnswerTooLongForALayerIsDropped(int bytes) {
    receive(wire.address(), data(100, CIRCUIT, 1), data(bytes, CIRCUIT, 2));
    assertThat(counters.get(Meter.UDP_SENT_DATAGRAMS)).isBetween(1L, 2L);
    receive(wire.address(), data(100, CIRCUIT, 3));
    assertThat(counters.get(Meter.UDP_SENT_DATAGRAMS)).isBetween(2L, 3L);
  }

  @ParameterizedTest
  @ValueSource(ints = {65_470, 65_486, 65_487, 65_488, 65_498})
  void aDatagramTooLongForASendIsNotForwarded(int bytes) {
    receive(ALICES, forward(CIRCUIT, data(100, 77, 1)), forward(CIRCUIT, data(bytes, 77, 2)));
    assertThat(counters.get(Meter.UDP_SENT_DATAGRAMS)).isBetween(1L, 2L);
    receive(ALICES, forward(CIRCUIT, data(100, 77, 3)));
    assertThat(counters.get(Meter.UDP_SENT_DATAGRAMS)).isBetween(2L, 3L);
  }
}
