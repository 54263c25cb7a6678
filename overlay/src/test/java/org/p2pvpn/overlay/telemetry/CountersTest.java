package org.p2pvpn.overlay.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.packet.Verdict;

final class CountersTest {
  private final Counters counters = new Counters();

  @Test
  void countsEachVerdictAndMeterForItself() {
    for (Verdict verdict : Verdict.values()) {
      counters.count(verdict);
      counters.count(verdict);
      assertThat(counters.get(verdict)).isEqualTo(2);
    }
    for (Meter meter : Meter.values()) {
      counters.add(meter, 7);
      assertThat(counters.get(meter)).isEqualTo(7);
    }
  }

  @Test
  void addsItselfToTheSumsOfOtherShards() {
    counters.count(Verdict.REPLAYED);
    counters.add(Meter.ROAMED, 3);
    Map<String, Long> sums = new TreeMap<>(Map.of("drop_replayed", 10L));
    counters.addTo(sums);
    assertThat(sums).containsEntry("drop_replayed", 11L).containsEntry("roamed", 3L);
  }

  @Test
  void namesEveryDropAndNoPassedPacket() {
    Map<String, Long> sums = new TreeMap<>();
    counters.addTo(sums);
    assertThat(sums).hasSize(Meter.values().length + Verdict.values().length - 1);
    assertThat(sums).doesNotContainKey("drop_passed").containsEntry("drop_forged", 0L);
  }

  @Test
  void everyCounterSaysWhatItMeans() {
    assertThat(Verdict.values()).allSatisfy(v -> assertThat(v.meaning()).isNotBlank());
    assertThat(Meter.values()).allSatisfy(m -> assertThat(m.meaning()).isNotBlank());
  }
}
