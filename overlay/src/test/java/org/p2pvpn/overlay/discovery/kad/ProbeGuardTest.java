package org.p2pvpn.overlay.discovery.kad;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ProbeGuardTest {
  private final ProbeGuard guard = new ProbeGuard();

  @Test
  void aVictimsAddressAdvertisedTenThousandTimesIsCalledOnceInTenMinutes() {
    int calls = 0;
    for (int i = 0; i < 10_000; i++) {
      calls += guard.take(Nodes.node(i, "20.7.7.7", 1), i).size();
    }
    assertThat(calls).isEqualTo(1);
    assertThat(guard.take(Nodes.node(1, "20.7.7.7", 1), KadLimits.PROBE_PAUSE_NANOS)).hasSize(1);
  }

  @Test
  void anAddressThatAnsweredMayBeCalledAgain() {
    var at = guard.take(Nodes.node(1), 0);
    guard.answered(at, 1);
    assertThat(guard.take(Nodes.node(1), 2)).isEqualTo(at);
    guard.silent(at, 3);
    assertThat(guard.take(Nodes.node(1), 4)).isEmpty();
  }
}
