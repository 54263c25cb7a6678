package org.p2pvpn.overlay.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.p2pvpn.overlay.circuit.Allowance;
import org.p2pvpn.overlay.circuit.FairQueue;
import org.p2pvpn.overlay.circuit.RelayTable;
import org.p2pvpn.overlay.circuit.RelayedCircuit;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.Epochs;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.telemetry.Meter;

/** What a relay may not send yet, and when it does. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RelayWaitTest {
  private static final long NOW = System.nanoTime();
  private static final int BYTES = 1000;

  private final Counters counters = new Counters();
  private final RelayTable circuits = new RelayTable();
  private final WireEnd wire = new WireEnd(new Deaf());
  private final List<Long> alarms = new ArrayList<>();
  private final FairQueue waiting = new FairQueue(0, 1 << 20, circuits.bandwidth(), counters);
  private final RelayPath relay =
      new RelayPath(
          wire.udp, new SealBatch(wire.udp, counters, 0), circuits, waiting, alarms::add, counters);
  private final Session next = Epochs.session(2);
  private final RelayedCircuit circuit =
      new RelayedCircuit(7, Epochs.session(1), next, Allowance.unlimited(), NOW);

  @BeforeEach
  void limit() {
    next.moveTo(wire.address());
    circuits.bandwidth().total().limit(800_000, NOW); // a datagram in 10 ms, and one ahead
  }

  @AfterEach
  void close() {
    wire.close();
  }

  private void forward(int count, long nowNanos) {
    wire.onLoop(
        () -> {
          for (int i = 0; i < count; i++) {
            byte[] datagram = new byte[BYTES];
            datagram[0] = 1;
            datagram[BYTES - 1] = (byte) i;
            assertThat(relay.forward(circuit, datagram, 0, BYTES, nowNanos))
                .isEqualTo(Verdict.PASSED);
          }
          relay.flush(nowNanos);
        });
  }

  @Test
  void whatIsOverTheLimitGoesInItsOrderWhenTheAlarmRings() {
    forward(4, NOW);
    assertThat(counters.get(Meter.UDP_SENT_DATAGRAMS)).isEqualTo(1);
    assertThat(counters.get(Meter.RELAY_QUEUED_BYTES)).isEqualTo(3 * BYTES);
    assertThat(relay.isWaiting()).isTrue();
    long now = NOW;
    for (int rings = 0; relay.isWaiting() && rings < 20; rings++) {
      now += alarms.getLast();
      long at = now;
      wire.onLoop(() -> relay.flush(at));
    }
    List<byte[]> arrived = wire.receive(4);
    assertThat(arrived)
        .extracting(datagram -> (int) datagram[BYTES - 1])
        .containsExactly(0, 1, 2, 3);
    assertThat(now - NOW).isBetween(20_000_000L, 45_000_000L);
    assertThat(counters.get(Meter.RELAY_QUEUED_BYTES)).isZero();
    assertThat(counters.get(Meter.FORWARDED_DATAGRAMS)).isEqualTo(4);
  }

  @Test
  void neighboursThatWaitedShareASend() {
    forward(5, NOW);
    circuits.bandwidth().total().limit(0, NOW);
    wire.onLoop(() -> relay.flush(NOW));
    assertThat(wire.receive(5)).hasSize(5);
    assertThat(counters.get(Meter.UDP_SENT_CALLS)).isEqualTo(2);
  }

  @Test
  void withoutALimitNobodyIsWoken() {
    circuits.bandwidth().total().limit(0, NOW);
    forward(30, NOW);
    assertThat(wire.receive(30)).hasSize(30);
    assertThat(counters.get(Meter.UDP_SENT_CALLS)).isEqualTo(1);
    assertThat(alarms).isEmpty();
    assertThat(relay.isWaiting()).isFalse();
  }
}
