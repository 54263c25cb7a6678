package org.p2pvpn.overlay.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.EpochLimits;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.telemetry.Meter;
import org.p2pvpn.overlay.wire.DataMessage;
import org.p2pvpn.overlay.wire.Frame;

/** Messages of a session behind one to four others; each hop opens what the wire brought. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SealBatchNestedTest {
  /** Header, forward frame and tag. */
  private static final int LAYER_BYTES = 16 + 5 + 16;

  private final Counters counters = new Counters();
  private final WireEnd wire = new WireEnd(new Deaf());
  private final SealBatch batch = new SealBatch(wire.udp, counters, 0);

  @AfterEach
  void close() {
    wire.close();
  }

  private static byte[] plaintext(int length, int fill) {
    byte[] plaintext = new byte[length];
    Arrays.fill(plaintext, (byte) fill);
    return plaintext;
  }

  private void add(Session session, byte[] plaintext, long now) {
    Epoch epoch = session.sending();
    if (epoch == null) {
      throw new AssertionError("no keys");
    }
    long counter = epoch.reserve(1, epoch.createdNanos());
    int at = batch.room(session, plaintext.length, now);
    System.arraycopy(plaintext, 0, batch.buffer(), at, plaintext.length);
    batch.seal(epoch, counter, plaintext.length, plaintext.length, now);
  }

  private void send(Session session, long now, byte[]... plaintexts) {
    wire.onLoop(
        () -> {
          for (byte[] plaintext : plaintexts) {
            add(session, plaintext, now);
          }
          batch.flush(now);
        });
  }

  private HopChain chain(int layers) {
    HopChain chain = new HopChain(layers + 1);
    chain.connect(wire.address());
    return chain;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void eachHopOpensOneLayerAndTheLastFindsThePlaintext(int layers) {
    HopChain chain = chain(layers);
    for (int length : new int[] {0, 1, 15, 16, 17, 1280, 9000}) {
      byte[] sent = plaintext(length, length);
      send(chain.last(), System.nanoTime(), sent);
      byte[] message = wire.receive(1).getFirst();
      assertThat(message).hasSize(layers * LAYER_BYTES + DataMessage.BYTES_MIN + length);
      assertThat(chain.openAll(message)).isEqualTo(sent);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void trainsStayTrains(int layers) {
    HopChain chain = chain(layers);
    byte[][] sent = {plaintext(90, 1), plaintext(90, 2), plaintext(90, 3), plaintext(50, 4)};
    send(chain.last(), System.nanoTime(), sent);
    List<byte[]> messages = wire.receive(4);
    for (int i = 0; i < sent.length; i++) {
      assertThat(chain.openAll(messages.get(i))).isEqualTo(sent[i]);
    }
    assertThat(counters.get(Meter.UDP_SENT_CALLS)).isEqualTo(1);
    assertThat(counters.get(Meter.UDP_SENT_DATAGRAMS)).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void aFlippedBitDiesAtTheNextHop(int layers) {
    HopChain chain = chain(layers);
    send(chain.last(), System.nanoTime(), plaintext(20, 1));
    byte[] message = wire.receive(1).getFirst();
    for (int at = DataMessage.HEADER_BYTES; at < message.length; at++) {
      byte[] flipped = message.clone();
      flipped[at] ^= 1;
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> chain.open(0, flipped))
          .hasMessage("hop 0: " + Verdict.FORGED);
    }
    assertThat(chain.openAll(message)).hasSize(20);
  }

  @Test
  void aLayerWithoutKeysCostsTheMessageAndNothingElse() {
    HopChain chain = chain(3);
    long now = System.nanoTime();
    wire.onLoop(
        () -> {
          add(chain.last(), plaintext(90, 1), now);
          Epoch keys = chain.sessions.get(1).sending();
          chain.sessions.get(1).sendWith(null);
          assertThat(SealBatch.reaches(chain.last())).isFalse();
          add(chain.last(), plaintext(90, 2), now);
          chain.sessions.get(1).sendWith(keys);
          assertThat(SealBatch.reaches(chain.last())).isTrue();
          add(chain.last(), plaintext(90, 3), now);
          batch.flush(now);
        });
    List<byte[]> messages = wire.receive(2);
    assertThat(chain.openAll(messages.get(0))).containsOnly(1);
    assertThat(chain.openAll(messages.get(1))).containsOnly(3);
    assertThat(counters.get(Verdict.KEYS_WORN_OUT)).isEqualTo(1);
    assertThat(counters.get(Meter.UDP_SENT_DATAGRAMS)).isEqualTo(2);
    assertThat(counters.get(Meter.SEALED_BYTES)).isEqualTo(180);
  }

  @Test
  void aLayerWhoseKeysAreWornOutSendsNothing() {
    HopChain chain = chain(2);
    long later = System.nanoTime() + EpochLimits.REJECT_AFTER_NANOS;
    send(chain.last(), later, plaintext(90, 1), plaintext(90, 2));
    assertThat(counters.get(Verdict.KEYS_WORN_OUT)).isEqualTo(2);
    assertThat(counters.get(Meter.UDP_SENT_CALLS)).isZero();
    assertThat(chain.last().sentBytes()).isZero();
  }

  @Test
  void everySessionAroundItSentTheBytesToo() {
    HopChain chain = chain(2);
    send(chain.last(), System.nanoTime(), plaintext(90, 1), plaintext(90, 2));
    for (Session session : chain.sessions) {
      assertThat(session.sentBytes()).isEqualTo(180);
    }
  }

  @Test
  void anotherWayIsAnotherTrain() {
    HopChain chain = chain(2);
    long now = System.nanoTime();
    wire.onLoop(
        () -> {
          add(chain.last(), plaintext(90, 1), now);
          chain.last().way(new Way(chain.sessions.subList(0, 2)));
          add(chain.last(), plaintext(90, 2), now);
          batch.flush(now);
        });
    wire.receive(2).forEach(message -> assertThat(chain.openAll(message)).hasSize(90));
    assertThat(counters.get(Meter.UDP_SENT_CALLS)).isEqualTo(2);
  }

  @Test
  void theGuardsOwnMessagesAndNestedOnesDoNotMix() {
    HopChain chain = chain(1);
    long now = System.nanoTime();
    wire.onLoop(
        () -> {
          add(chain.last(), plaintext(20, 1), now);
          add(chain.sessions.getFirst(), plaintext(57, 2), now);
          add(chain.last(), plaintext(20, 3), now);
          batch.flush(now);
        });
    List<byte[]> messages = wire.receive(3);
    assertThat(chain.openAll(messages.get(0))).containsOnly(1);
    assertThat(chain.open(0, messages.get(1))).hasSize(57).containsOnly(2);
    assertThat(chain.openAll(messages.get(2))).containsOnly(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void aHandshakeGoesInsideAsItIs(int layers) {
    HopChain chain = chain(layers);
    byte[] initiation = plaintext(1440, 2);
    int circuit = 0x1234_5678;
    Way way = new Way(chain.sessions.subList(0, layers));
    wire.onLoop(() -> batch.sendInside(way, circuit, initiation, System.nanoTime()));
    byte[] found = wire.receive(1).getFirst();
    assertThat(found).hasSize(layers * LAYER_BYTES + initiation.length);
    for (int hop = 0; hop < layers; hop++) {
      byte[] plaintext = chain.open(hop, found);
      assertThat(Frame.circuit(plaintext, 0))
          .isEqualTo(hop == layers - 1 ? circuit : HopChain.alicesIndex(hop + 1));
      found = Arrays.copyOfRange(plaintext, Frame.FORWARD_BYTES, plaintext.length);
    }
    assertThat(found).isEqualTo(initiation);
  }
}
