package org.p2pvpn.cli.underlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** One direction between two hosts, in virtual time. */
class LinkTest {
  private static final long SEED = 7;
  private static final long MILLI = 1_000_000;
  private static final int PACKETS = 100_000;
  private static final long ARRIVES_NEVER = -1;

  private static Link link(LinkShape shape) {
    return new Link(SEED, shape);
  }

  /** A packet each {@code gapNanos}; when each arrives. */
  private static List<Long> arrivals(Link link, int packets, int bytes, long gapNanos) {
    List<Long> arrivals = new ArrayList<>();
    for (int i = 0; i < packets; i++) {
      boolean passed = link.carry(bytes, i * gapNanos) == Verdict.PASSED;
      arrivals.add(passed ? link.arrivalNanos() : ARRIVES_NEVER);
    }
    return arrivals;
  }

  private static double shareLost(List<Long> arrivals) {
    return arrivals.stream().filter(at -> at == ARRIVES_NEVER).count() / (double) arrivals.size();
  }

  /** Five standard deviations of a share: a fair link fails once in a million seeds. */
  private static Offset<Double> fair(double share) {
    return within(5 * Math.sqrt(share * (1 - share) / PACKETS));
  }

  @Test
  void withoutFaultsEveryPacketArrivesAtOnce() {
    assertThat(arrivals(link(LinkShape.PERFECT), 3, 1500, MILLI))
        .containsExactly(0L, MILLI, 2 * MILLI);
  }

  @Test
  void delayIsOneWay() {
    Link link = link(LinkShape.PERFECT.delay(Duration.ofMillis(40)));
    assertThat(arrivals(link, 2, 1500, MILLI)).containsExactly(40 * MILLI, 41 * MILLI);
  }

  @Test
  void jitterIsEvenAroundTheDelayAndKeepsTheOrder() {
    LinkShape shape = LinkShape.PERFECT.delay(Duration.ofMillis(40)).jitter(Duration.ofMillis(10));
    List<Long> crowded = arrivals(link(shape), PACKETS, 100, 1000);
    assertThat(crowded).isSorted();
    List<Long> sparse = arrivals(link(shape), PACKETS, 100, 100 * MILLI);
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < PACKETS; i++) {
      delays.add(sparse.get(i) - i * (100 * MILLI));
    }
    assertThat(delays).allMatch(delay -> delay >= 30 * MILLI && delay <= 50 * MILLI);
    double mean = delays.stream().mapToLong(Long::longValue).average().orElseThrow();
    assertThat(mean).isCloseTo(40.0 * MILLI, within(0.1 * MILLI));
    assertThat(delays.stream().filter(delay -> delay < 35 * MILLI).count() / (double) PACKETS)
        .isCloseTo(0.25, fair(0.25));
  }

  @Test
  void disorderingJitterDoesNotKeepTheOrder() {
    LinkShape shape =
        LinkShape.PERFECT.delay(Duration.ofMillis(40)).disorderingJitter(Duration.ofMillis(10));
    List<Long> arrivals = arrivals(link(shape), 1000, 100, MILLI);
    assertThat(arrivals).isNotEqualTo(arrivals.stream().sorted().toList());
  }

  @Test
  void losesTheShareItIsTold() {
    assertThat(shareLost(arrivals(link(LinkShape.PERFECT.loss(0.02)), PACKETS, 100, 1000)))
        .isCloseTo(0.02, fair(0.02));
    assertThat(shareLost(arrivals(link(LinkShape.PERFECT.loss(1)), 100, 100, 1000))).isEqualTo(1);
  }

  @Test
  void losesInBurstsOfTheMeanLength() {
    Loss.Bursts bursts = Loss.bursts(0.05, 10);
    assertThat(bursts.mean()).isCloseTo(0.05, within(1e-9));
    List<Long> arrivals = arrivals(link(LinkShape.PERFECT.loss(bursts)), PACKETS, 100, 1000);
    long lost = 0;
    long runs = 0;
    boolean before = false;
    for (long at : arrivals) {
      boolean now = at == ARRIVES_NEVER;
      lost += now ? 1 : 0;
      runs += now && !before ? 1 : 0;
      before = now;
    }
    // About 500 bursts, whose lengths spread as much as they are long.
    assertThat(lost / (double) PACKETS).isCloseTo(0.05, within(0.015));
    assertThat(lost / (double) runs).isCloseTo(10, within(2.5));
  }

  @Test
  void duplicatesAndHoldsBackTheShareItIsTold() {
    Link link = link(LinkShape.PERFECT.duplicate(0.1).reorder(0.2, Duration.ofMillis(5)));
    int late = 0;
    for (int i = 0; i < PACKETS; i++) {
      link.carry(100, i * MILLI);
      late += link.arrivalNanos() == i * MILLI + 5 * MILLI ? 1 : 0;
      link.duplicates();
    }
    LinkCounters counters = link.counters();
    assertThat(counters.duplicated() / (double) PACKETS).isCloseTo(0.1, fair(0.1));
    assertThat(counters.heldBack() / (double) PACKETS).isCloseTo(0.2, fair(0.2));
    assertThat(late).isEqualTo((int) counters.heldBack());
  }

  @Test
  void aHeldBackPacketDoesNotHoldBackOthers() {
    Link link = link(LinkShape.PERFECT.reorder(0.5, Duration.ofMillis(5)));
    List<Long> arrivals = arrivals(link, 100, 100, MILLI);
    for (int i = 0; i < 100; i++) {
      assertThat(arrivals.get(i) - i * MILLI).isIn(0L, 5 * MILLI);
    }
    assertThat(arrivals).isNotEqualTo(arrivals.stream().sorted().toList());
  }

  @Test
  void bandwidthSpacesPacketsAndDelaysThem() {
    // 1000 bytes at 8 Mbit/s take a millisecond.
    Link link = link(LinkShape.PERFECT.rate(8_000_000, 0, 10_000));
    assertThat(arrivals(link, 4, 1000, 0)).containsExactly(MILLI, 2 * MILLI, 3 * MILLI, 4 * MILLI);
  }

  @Test
  void aBurstPassesAtOnceAfterAPause() {
    Link link = link(LinkShape.PERFECT.rate(8_000_000, 2000, 10_000));
    List<Long> arrivals = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      link.carry(1000, 1000 * MILLI);
      arrivals.add(link.arrivalNanos() - 1000 * MILLI);
    }
    assertThat(arrivals).containsExactly(0L, 0L, MILLI, 2 * MILLI);
  }

  @Test
  void aFullQueueDropsTheTail() {
    Link link = link(LinkShape.PERFECT.rate(8_000_000, 0, 5000));
    List<Long> arrivals = arrivals(link, 10, 1000, 0);
    assertThat(arrivals.subList(0, 5)).doesNotContain(ARRIVES_NEVER);
    assertThat(arrivals.subList(5, 10)).containsOnly(ARRIVES_NEVER);
    assertThat(link.carry(1000, 2 * MILLI)).isEqualTo(Verdict.PASSED);
  }

  @Test
  void thePacketRateNeverExceedsTheBandwidth() {
    Link link = link(LinkShape.PERFECT.rate(10_000_000, 20_000));
    List<Long> arrivals = arrivals(link, 10_000, 1250, 500_000);
    long passed = arrivals.stream().filter(at -> at != ARRIVES_NEVER).count();
    // Twice as much as fits is offered for five seconds: 5000 packets fit, and what waits.
    assertThat(passed).isBetween(5000L, 5020L);
  }

  @Test
  void refusesWhatIsTooBigAndWhatComesWhileItIsDown() {
    assertThat(link(LinkShape.PERFECT.mtu(1280)).admit(1280)).isEqualTo(Verdict.PASSED);
    assertThat(link(LinkShape.PERFECT.mtu(1280)).admit(1281)).isEqualTo(Verdict.TOO_BIG);
    LinkShape down = LinkShape.PERFECT.state(LinkShape.State.DOWN);
    assertThat(link(down).admit(100)).isEqualTo(Verdict.LINK_DOWN);
    LinkShape hole = LinkShape.PERFECT.state(LinkShape.State.BLACKHOLE);
    assertThat(link(hole).admit(100)).isEqualTo(Verdict.BLACKHOLED);
  }

  @Test
  void theSameSeedGivesTheSameFate() {
    LinkShape shape =
        LinkShape.of(Duration.ofMillis(40), 0.1)
            .disorderingJitter(Duration.ofMillis(10))
            .duplicate(0.1)
            .reorder(0.1, Duration.ofMillis(1));
    List<Long> first = arrivals(link(shape), 1000, 100, MILLI);
    assertThat(arrivals(link(shape), 1000, 100, MILLI)).isEqualTo(first);
    assertThat(arrivals(new Link(SEED + 1, shape), 1000, 100, MILLI)).isNotEqualTo(first);
  }
}
