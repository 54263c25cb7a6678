package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.p2pvpn.overlay.control.PathWatch.Sight;
import org.p2pvpn.overlay.session.Epochs;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.SessionTimers;

final class PathWatchTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** A probe through one relay: 41 bytes and a layer of 37, in UDP over IPv4. */
  private static final int PROBE_WIRE_BYTES = 41 + 37 + 28;

  private final PathWatch watch = new PathWatch();
  private final RoundTrip path = new RoundTrip(RoundTrip.NANOS_FIRST);

  PathWatchTest() {
    watch.follow(path, -60 * SECOND);
  }

  private void measured(long roundTripNanos) {
    for (int i = 0; i < RoundTrip.BEGUN_WITH; i++) {
      path.add(roundTripNanos);
    }
  }

  @Test
  void sendsNoProbeWhileThereIsNothingToAnswer() {
    measured(MILLI);
    for (long now = 0; now < 60 * SECOND; now += 5 * MILLI) {
      assertThat(watch.look(false, 0, 0, now)).isEqualTo(Sight.FINE);
    }
  }

  @Test
  void waitsAsLongAsAnAnswerMayTake() {
    measured(40 * MILLI);
    long patience = watch.patienceNanos();
    assertThat(patience).isGreaterThanOrEqualTo(60 * MILLI);
    assertThat(watch.look(true, 0, 0, patience - 1)).isEqualTo(Sight.FINE);
    assertThat(watch.look(true, 0, 0, patience)).isEqualTo(Sight.PROBE);
  }

  @Test
  void patienceFollowsTheRoundTripAndItsVariation() {
    for (int i = 0; i < 200; i++) {
      path.add(100 * MILLI);
    }
    long steady = watch.patienceNanos();
    assertThat(steady).isBetween(150 * MILLI, 160 * MILLI);
    for (int i = 0; i < 200; i++) {
      path.add((i % 2 == 0 ? 50 : 150) * MILLI);
    }
    assertThat(watch.patienceNanos()).isGreaterThan(steady + 100 * MILLI);
    for (int i = 0; i < 200; i++) {
      path.add(MILLI / 10);
    }
    assertThat(watch.patienceNanos()).isEqualTo(PathWatch.PATIENCE_NANOS_MIN);
  }

  /** Measured in the lab: RFC 6298's beginning made a gap of 404 ms of one sample under load. */
  @Test
  void oneColdSampleIsNoReasonForPatience() {
    for (int cold = 0; cold < RoundTrip.BEGUN_WITH; cold++) {
      RoundTrip begun = new RoundTrip(RoundTrip.NANOS_FIRST);
      for (int i = 0; i < RoundTrip.BEGUN_WITH; i++) {
        begun.add((i == cold ? 50 : 2) * MILLI);
      }
      watch.follow(begun, -60 * SECOND);
      assertThat(watch.patienceNanos()).isEqualTo(PathWatch.PATIENCE_NANOS_MIN);
    }
  }

  @Test
  void isDeadOnlyWhenEveryProbeWasGivenItsTime() {
    measured(MILLI);
    int probes = 0;
    long lastProbe = 0;
    for (long now = 0; now < SECOND; now += MILLI) {
      switch (watch.look(true, 0, 1 << 20, now)) {
        case PROBE -> {
          assertThat(probes == 0 || now - lastProbe >= PathWatch.PROBE_EVERY_NANOS).isTrue();
          probes++;
          lastProbe = now;
        }
        case DEAD -> {
          assertThat(probes).isEqualTo(PathWatch.PROBES_MAX);
          assertThat(now - lastProbe).isGreaterThanOrEqualTo(watch.patienceNanos());
          return;
        }
        case FINE -> {}
      }
    }
    throw new AssertionError("never dead after " + probes + " probes");
  }

  @Test
  void anAnswerEndsTheSuspicion() {
    measured(MILLI);
    long patience = watch.patienceNanos();
    assertThat(watch.look(true, 0, 1 << 20, patience)).isEqualTo(Sight.PROBE);
    assertThat(watch.look(true, patience, 1 << 20, patience + MILLI)).isEqualTo(Sight.FINE);
    // The next suspicion begins with all its probes.
    long now = 3 * SECOND;
    for (int i = 0; i < PathWatch.PROBES_MAX; i++) {
      assertThat(watch.look(true, 0, 1 << 20, now)).isEqualTo(Sight.PROBE);
      now += PathWatch.PROBE_EVERY_NANOS;
    }
  }

  @Test
  void aSwitchTakesUpWhatIsKnownOfTheOtherPath() {
    measured(300 * MILLI);
    RoundTrip other = new RoundTrip(RoundTrip.NANOS_FIRST);
    other.add(MILLI);
    watch.onSwitch(other, 5 * SECOND);
    assertThat(watch.patienceNanos()).isEqualTo(PathWatch.PATIENCE_NANOS_MIN);
  }

  @Test
  void aPathThatWasNotMeasuredCountsAsTwiceAsFar() {
    measured(10 * MILLI);
    RoundTrip other = new RoundTrip(RoundTrip.NANOS_FIRST);
    watch.onSwitch(other, 5 * SECOND);
    assertThat(other.smoothedNanos()).isEqualTo(30 * MILLI);
    assertThat(watch.patienceNanos()).isBetween(60 * MILLI, 120 * MILLI);
  }

  /** One session over a line that loses, delays and reorders, watched as Circuits does. */
  private static final class Line {
    final Random random;
    final double loss;
    final long delayNanos;
    final long jitterNanos;
    final Session session = Epochs.session(1);
    final PathWatch watch = new PathWatch();
    RoundTrip path = new RoundTrip(RoundTrip.NANOS_FIRST);
    final PriorityQueue<long[]> arriving =
        new PriorityQueue<>((left, right) -> Long.compare(left[0], right[0]));
    long cutNanos = Long.MAX_VALUE;
    long probes;
    int deaths;
    long deadNanos;

    Line(long seed, double loss, long delayNanos, long jitterNanos) {
      this.random = new Random(seed);
      this.loss = loss;
      this.delayNanos = delayNanos;
      this.jitterNanos = jitterNanos;
      watch.follow(path, -60 * SECOND);
      // As the gauge does when a path has just been built.
      for (int i = 0; i < RoundTrip.BEGUN_WITH; i++) {
        long there = passed(0);
        long back = there < 0 ? -1 : passed(there);
        if (back >= 0) {
          path.add(back);
        }
      }
    }

    /** The time of an arrival one way, or -1. */
    private long passed(long nowNanos) {
      boolean lost = nowNanos >= cutNanos || random.nextDouble() < loss;
      return lost ? -1 : nowNanos + delayNanos + (long) (random.nextDouble() * jitterNanos);
    }

    /** One packet each way, or there only, every {@code everyNanos}. */
    void run(long untilNanos, long everyNanos, int packetBytes, boolean answered) {
      long look = 0;
      for (long now = 0; now < untilNanos && deadNanos == 0; now += MILLI) {
        if (now % everyNanos == 0) {
          session.onSent(packetBytes, now);
          long back = answered ? passed(now) : -1;
          if (back >= 0) {
            arriving.add(new long[] {back, packetBytes, -1});
          }
        }
        while (!arriving.isEmpty() && arriving.peek()[0] <= now) {
          long[] arrived = arriving.remove();
          session.onReceived(arrived[1], now);
          if (arrived[2] >= 0) {
            path.add(now - arrived[2]);
          }
        }
        if (now >= look) {
          look = now + 5 * MILLI;
          look(now);
        }
      }
    }

    private void look(long now) {
      SessionTimers.Activity activity = session.activity();
      Sight sight =
          watch.look(
              activity.isUnanswered(), activity.unansweredSinceNanos(), session.sentBytes(), now);
      if (sight == Sight.PROBE) {
        probes++;
        long there = passed(now);
        long back = there < 0 ? -1 : passed(there);
        if (back >= 0) {
          arriving.add(new long[] {back, 0, now});
        }
      } else if (sight == Sight.DEAD) {
        deaths++;
        deadNanos = now >= cutNanos ? now : 0;
        session.onMoved();
        path = new RoundTrip(RoundTrip.NANOS_FIRST);
        watch.onSwitch(path, now);
      }
    }
  }

  /** 10 % loss each way, 50 ms of jitter and so reordering, 1000 packets a second. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tenMinutesOfBadWeatherAreAtMostOneFalseDeath(boolean answered) {
    for (long seed = 1; seed <= 20; seed++) {
      Line line = new Line(seed, 0.1, 10 * MILLI, 50 * MILLI);
      line.run(600 * SECOND, MILLI, 100, answered);
      assertThat(line.deaths).as("seed " + seed).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void aDeadPathIsFoundWithin150Milliseconds() {
    for (long seed = 1; seed <= 200; seed++) {
      Line line = new Line(seed, 0, MILLI / 2, 0);
      line.cutNanos = 5 * SECOND + seed * 7 * MILLI;
      line.run(20 * SECOND, MILLI, 100, true);
      assertThat(line.deadNanos - line.cutNanos).as("seed " + seed).isBetween(MILLI, 150 * MILLI);
    }
  }

  @Test
  void aDeadPathIsFoundUnderTrafficThatIsNeverAnswered() {
    for (long seed = 1; seed <= 200; seed++) {
      Line line = new Line(seed, 0, MILLI / 2, 0);
      line.cutNanos = 5 * SECOND + seed * 7 * MILLI;
      line.run(20 * SECOND, MILLI, 1200, false);
      assertThat(line.deadNanos - line.cutNanos).as("seed " + seed).isBetween(MILLI, 150 * MILLI);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 100, 300})
  void probesCostLessThanOnePercentOfAMegabit(int roundTripMillis) {
    for (boolean answered : new boolean[] {true, false}) {
      Line line = new Line(1, 0, roundTripMillis * MILLI / 2, 0);
      line.run(60 * SECOND, 8 * MILLI, 1000, answered);
      assertThat(line.probes > 0).isEqualTo(!answered);
      assertThat(line.deaths).isZero();
      assertThat(line.probes * PROBE_WIRE_BYTES)
          .as("bytes of probes with rtt " + roundTripMillis + ", answered " + answered)
          .isLessThan(line.session.sentBytes() / 100);
    }
  }

  @Test
  void aPathThatIsBuiltIsNotBlamedForTheSilenceBeforeIt() {
    measured(20 * MILLI);
    long now = watch.patienceNanos();
    while (watch.look(true, 0, 0, now) != Sight.DEAD) {
      now += MILLI;
    }
    RoundTrip next = new RoundTrip(RoundTrip.NANOS_FIRST);
    watch.follow(next, now);
    long built = now;
    while (watch.look(true, 0, 0, now) != Sight.DEAD) {
      now += MILLI;
    }
    assertThat(now - built).isGreaterThan(2 * watch.patienceNanos());
  }
}
