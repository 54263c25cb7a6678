package org.p2pvpn.overlay.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.p2pvpn.overlay.dataplane.TwoNodes.ALICE;
import static org.p2pvpn.overlay.dataplane.TwoNodes.BOB;

import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.p2pvpn.overlay.circuit.RelayTable;
import org.p2pvpn.overlay.packet.Packets;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.EpochTable;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.telemetry.Meter;
import org.p2pvpn.overlay.wire.Frame;
import org.p2pvpn.overlay.wire.MessageType;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunOffloads;
import org.p2pvpn.tun.VirtioHeader;
import org.p2pvpn.tun.segment.Joiner;

/** Alice, whose messages come out of other messages. */
final class InboundPathNestedTest {
  private static final InetSocketAddress GUARD = new InetSocketAddress("192.0.2.1", 51_820);
  private static final byte[] PACKET = Packets.ipv6(BOB, ALICE, new byte[] {1, 2, 3});
  private static final byte[] FRAMED = HopChain.framed(Frame.PACKET, PACKET);

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Handed(int shard, byte[] datagram, int layers) {}

  private final RecordingEvents events = new RecordingEvents();
  private final Counters counters = new Counters();
  private final List<byte[]> delivered = new ArrayList<>();
  private final List<Handed> handed = new ArrayList<>();
  private final List<byte[]> echoes = new ArrayList<>();
  private final List<Session> echoedTo = new ArrayList<>();
  private final WireEnd wire = new WireEnd(new Deaf());

  @AfterEach
  void close() {
    wire.close();
  }

  private InboundPath path(int shard, EpochTable epochs) {
    return new InboundPath(
        shard,
        epochs,
        new Joiner(TunOffloads.ALL, this::deliver),
        counters,
        events,
        (owner, datagram, layers, _) -> handed.add(new Handed(owner, datagram, layers)),
        RelayPaths.direct(
            wire, new SealBatch(wire.udp, counters, shard), new RelayTable(), counters),
        (session, echo, to) -> {
          assertThat(to).isNull();
          echoedTo.add(session);
          echoes.add(echo);
        });
  }

  private void deliver(TunBuffer buffer, int at, int length) {
    byte[] packet = new byte[length - VirtioHeader.BYTES];
    buffer.bytes().get(at + VirtioHeader.BYTES, packet);
    delivered.add(packet);
  }

  private void receive(HopChain chain, byte[] datagram) {
    InboundPath path = path(0, chain.alicesTable(1));
    path.onDatagrams(Unpooled.wrappedBuffer(datagram), datagram.length, GUARD);
    path.onReadComplete();
  }

  private void assertDropped(Verdict verdict) {
    assertThat(counters.get(verdict)).as(verdict.name()).isEqualTo(1);
    assertThat(counters.get(Verdict.PASSED)).isZero();
    assertThat(delivered).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void anAnswerComesOutOfAllItsLayers(int layers) {
    HopChain chain = new HopChain(layers + 1);
    receive(chain, chain.answer(layers, FRAMED));
    assertThat(delivered).containsExactly(PACKET);
    assertThat(counters.get(Verdict.PASSED)).isEqualTo(1);
    for (int hop = 0; hop < layers; hop++) {
      assertThat(chain.sessions.get(hop).receivedBytes()).isGreaterThan(PACKET.length);
    }
    assertThat(chain.last().receivedBytes()).isEqualTo(PACKET.length);
  }

  @Test
  void onlyTheGuardsEndpointMoves() {
    HopChain chain = new HopChain(3);
    receive(chain, chain.answer(2, FRAMED));
    assertThat(chain.sessions.get(0).endpoint()).isEqualTo(GUARD);
    assertThat(chain.sessions.get(1).endpoint()).isNull();
    assertThat(chain.sessions.get(2).endpoint()).isNull();
  }

  @Test
  void aNestedSessionsMessageDoesNotComeStraight() {
    HopChain chain = new HopChain(2);
    receive(chain, chain.sealed(1, FRAMED));
    assertDropped(Verdict.WRONG_WAY);
  }

  @Test
  void aStraightSessionsMessageDoesNotComeNested() {
    HopChain chain = new HopChain(2);
    byte[] guards = chain.sealed(0, FRAMED);
    receive(chain, chain.sealed(0, HopChain.forward(HopChain.alicesIndex(0), guards)));
    assertDropped(Verdict.WRONG_WAY);
  }

  @Test
  void anInitiationDoesNotComeNested() {
    HopChain chain = new HopChain(2);
    byte[] initiation = new byte[1440];
    initiation[0] = MessageType.INITIATION;
    receive(chain, chain.carried(1, 77, initiation));
    assertDropped(Verdict.WRONG_WAY);
    assertThat(events.handshakes).isEmpty();
  }

  @Test
  void theAnswersOfAHandshakeComeNested() {
    HopChain chain = new HopChain(3);
    for (byte type :
        new byte[] {MessageType.RESPONSE, MessageType.COOKIE_REPLY, MessageType.VERSION_NOTICE}) {
      byte[] answer = new byte[56];
      answer[0] = type;
      receive(chain, chain.carried(2, 77, answer));
      assertThat(events.handshakes.getLast()).isEqualTo(answer);
    }
  }

  @Test
  void soManyLayersAreOpenedAndNoMore() {
    HopChain chain = new HopChain(Way.HOPS_MAX + 1);
    receive(chain, chain.answer(Way.HOPS_MAX, FRAMED));
    assertDropped(Verdict.UNKNOWN_CIRCUIT);
  }

  @Test
  void aForgedInnerLayerIsDroppedAndTheTrueOneStillTaken() {
    HopChain chain = new HopChain(2);
    byte[] inner = chain.sealed(1, FRAMED);
    byte[] forged = inner.clone();
    forged[20] ^= 1;
    receive(chain, chain.carried(1, 77, forged));
    assertDropped(Verdict.FORGED);
    receive(chain, chain.carried(1, 77, inner));
    assertThat(delivered).containsExactly(PACKET);
    receive(chain, chain.carried(1, 77, inner));
    assertThat(delivered).hasSize(1);
    assertThat(counters.get(Verdict.REPLAYED)).isEqualTo(1);
  }

  @Test
  void anotherShardOpensTheInnerLayer() {
    HopChain chain = new HopChain(2);
    EpochTable two = chain.alicesTable(2);
    byte[] inner = chain.sealed(1, FRAMED);
    byte[] message = chain.carried(1, 77, inner);
    InboundPath first = path(0, two);
    first.onDatagrams(Unpooled.wrappedBuffer(message), message.length, GUARD);
    first.onReadComplete();
    assertThat(delivered).isEmpty();
    assertThat(handed).hasSize(1);
    assertThat(handed.getFirst().shard()).isEqualTo(1);
    assertThat(handed.getFirst().layers()).isEqualTo(1);
    assertThat(handed.getFirst().datagram()).isEqualTo(inner);
    path(1, two).onHandover(inner, 1, GUARD);
    assertThat(delivered).containsExactly(PACKET);
  }

  @Test
  void aProbeIsAnsweredWithItsId() {
    HopChain chain = new HopChain(2);
    byte[] probe = ByteBuffer.allocate(9).put(Frame.PROBE).putLong(0x0102_0304_0506_0708L).array();
    receive(chain, chain.answer(1, probe));
    probe[0] = Frame.ECHO;
    assertThat(echoes).containsExactly(probe);
    assertThat(echoedTo).containsExactly(chain.last());
    assertThat(counters.get(Meter.PROBES_ANSWERED)).isEqualTo(1);
    assertThat(chain.last().activity().owedSinceNanos()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void aProbeOfAnotherLengthIsNotAnswered() {
    for (int bytes : new int[] {2, 8, 10, 1000}) {
      HopChain chain = new HopChain(1);
      byte[] probe = new byte[bytes];
      probe[0] = Frame.PROBE;
      receive(chain, chain.answer(0, probe));
    }
    assertThat(counters.get(Verdict.BAD_FRAME)).isEqualTo(4);
    assertThat(echoes).isEmpty();
    assertThat(counters.get(Meter.PROBES_ANSWERED)).isZero();
  }

  @Test
  void anEchoIsReportedWhole() {
    HopChain chain = new HopChain(2);
    byte[] echo = ByteBuffer.allocate(9).put(Frame.ECHO).putLong(5).array();
    receive(chain, chain.answer(1, echo));
    assertThat(events.echoes).containsExactly(echo);
    assertThat(events.controls).isEmpty();
    assertThat(echoes).isEmpty();
  }
}
