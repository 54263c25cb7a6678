package org.p2pvpn.overlay.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.p2pvpn.overlay.session.Epochs;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.telemetry.Meter;
import org.p2pvpn.overlay.transport.UdpTransport;

/** Which messages share a train, counted in sends; what a train holds, read from the wire. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SealBatchTest {
  private final TwoNodes nodes = new TwoNodes();
  private final Counters counters = new Counters();
  private final WireEnd wire = new WireEnd(new Deaf());
  private final SealBatch batch = new SealBatch(wire.udp, counters, 0);
  private final InetSocketAddress endpoint = wire.address();
  private long counter;

  @AfterEach
  void close() {
    wire.close();
  }

  private void add(Session session, InetSocketAddress to, int plaintextBytes) {
    session.moveTo(to);
    int at = batch.room(session, plaintextBytes, 0);
    for (int i = 0; i < plaintextBytes; i++) {
      batch.buffer()[at + i] = (byte) plaintextBytes;
    }
    batch.seal(nodes.alices, counter++, plaintextBytes, plaintextBytes, 0);
  }

  private void add(int... plaintextBytes) {
    wire.onLoop(
        () -> {
          for (int bytes : plaintextBytes) {
            add(nodes.toBob, endpoint, bytes);
          }
          batch.flush(0);
        });
  }

  private void assertSends(int sends, int... plaintextBytes) {
    List<byte[]> messages = wire.receive(plaintextBytes.length);
    for (int i = 0; i < plaintextBytes.length; i++) {
      assertThat(nodes.open(messages.get(i)))
          .hasSize(plaintextBytes[i])
          .containsOnly(plaintextBytes[i]);
    }
    assertThat(counters.get(Meter.UDP_SENT_CALLS)).isEqualTo(sends);
  }

  @Test
  void equalMessagesShareATrain() {
    add(90, 90, 90);
    assertSends(1, 90, 90, 90);
  }

  @Test
  void oneShorterMessageMayEndATrain() {
    add(90, 90, 50);
    assertSends(1, 90, 90, 50);
  }

  @Test
  void nothingFollowsAShorterMessage() {
    add(90, 50, 50, 90);
    assertSends(3, 90, 50, 50, 90);
  }

  @Test
  void aLongerMessageStartsATrain() {
    add(50, 90, 90);
    assertSends(2, 50, 90, 90);
  }

  @Test
  void aTrainHasNoMoreMessagesThanTheKernelCuts() {
    int[] lengths = new int[UdpTransport.SEGMENTS_MAX + 1];
    java.util.Arrays.fill(lengths, 20);
    add(lengths);
    assertSends(2, lengths);
  }

  @Test
  void anotherEndpointIsAnotherTrain() {
    wire.onLoop(
        () -> {
          add(nodes.toBob, endpoint, 20);
          add(nodes.toBob, new InetSocketAddress(endpoint.getAddress(), endpoint.getPort()), 20);
          batch.flush(0);
        });
    assertSends(2, 20, 20);
  }

  @Test
  void anotherSessionIsAnotherTrainAndBookedForItself() {
    Session other = Epochs.session(9);
    wire.onLoop(
        () -> {
          add(nodes.toBob, endpoint, 20);
          add(other, endpoint, 30);
          batch.flush(0);
        });
    assertSends(2, 20, 30);
    assertThat(nodes.toBob.sentBytes()).isEqualTo(20);
    assertThat(other.sentBytes()).isEqualTo(30);
  }

  @Test
  void anEmptyBatchSendsNothing() {
    wire.onLoop(() -> batch.flush(0));
    assertThat(counters.get(Meter.UDP_SENT_CALLS)).isZero();
  }
}
