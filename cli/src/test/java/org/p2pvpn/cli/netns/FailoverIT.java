package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.p2pvpn.cli.underlay.LinkShape;

/**
 * How long a death is felt. {@code -Dp2pvpn.it.trials=200} for figures (see
 * benchmarks/results/failover.md); the few of every build only tell that it works.
 */
@DisplayName("a thousand packets a second by a relay that dies")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FailoverIT {
  private static final int TRIALS = Shell.number("trials", 6);
  private static final int LOSSY_SECONDS = Shell.number("lossyseconds", 15);
  private static final int PER_SECOND = Shell.number("beats", 1000);
  private static final int DELAY_MILLIS = Shell.number("delay", 5);
  private static final int RELAYS = 5;

  /** From the event to the count: longer than any gap that is promised. */
  private static final int WINDOW_MILLIS = 1500;

  private static final int CALM_MILLIS = 500;

  /** What is promised, when there are enough trials for a percentile to mean something. */
  private static final double P50_MILLIS_MAX = 150;

  private static final double P99_MILLIS_MAX = 400;
  private static final int TRIALS_FOR_FIGURES = 100;

  /** Of a log that explains something. */
  private static final int LOG_LINES = 12;

  /** What is promised of larger misfortunes. */
  private static final double GAP_MILLIS_MAX = 1000;

  /** What the few trials of a build must keep, whose machine may be busy with other things. */
  private static final double BUSY_MILLIS_MAX = 4000;

  private Village village = Village.open(21);
  private @Nullable CircuitVillage running;

  @AfterAll
  void removeAll() {
    village.close();
  }

  /** One way for a relay to go, and how it comes back. */
  private record Death(String name, Consumer<String> strike, Consumer<String> heal) {}

  @Test
  @Order(1)
  void aRelayIsKilledStoppedAndBlackholedAndNoConnectionBreaks() {
    CircuitVillage circuits = start(1);
    List<Death> deaths =
        List.of(
            new Death("killed", this::kill, circuits::startAgain),
            new Death("stopped", name -> signal("STOP", name), name -> signal("CONT", name)),
            new Death("blackholed", this::blackhole, this::healBlackhole));
    try (Beat beat = beat()) {
      List<Double> noise = new ArrayList<>();
      List<List<Double>> gaps = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      int broken = 0;
      for (int trial = 0; trial < TRIALS; trial++) {
        Death death = deaths.get(trial % deaths.size());
        circuits.awaitPaths();
        beat.begin();
        Shell.pause(CALM_MILLIS);
        noise.add(beat.end().gap());
        String guard = circuits.guard();
        Beat.Seen seen = strikeNow(beat, () -> death.strike().accept(guard), WINDOW_MILLIS);
        gaps.get(trial % deaths.size()).add(seen.gap());
        broken += seen.broken();
        System.out.printf(
            "FailoverIT: trial %d: %s %s: %s; %s%n",
            trial, guard, death.name(), seen, lastSwitch(circuits));
        tellWhy(seen, circuits);
        death.heal().accept(guard);
      }
      List<Double> all = new ArrayList<>();
      for (int i = 0; i < deaths.size(); i++) {
        report(deaths.get(i).name(), gaps.get(i));
        all.addAll(gaps.get(i));
      }
      report("all deaths", all);
      report("no death", noise);
      System.out.println("FailoverIT: TCP connections broken: " + broken);
      assertThat(broken).as("TCP connections that broke").isZero();
      mustKeep(all);
    }
  }

  private static double bound() {
    return TRIALS >= TRIALS_FOR_FIGURES ? GAP_MILLIS_MAX : BUSY_MILLIS_MAX;
  }

  private static void mustKeep(List<Double> gaps) {
    if (gaps.size() >= TRIALS_FOR_FIGURES) {
      assertThat(percentile(gaps, 0.5)).as("p50 of the gap").isLessThanOrEqualTo(P50_MILLIS_MAX);
      assertThat(percentile(gaps, 0.99)).as("p99 of the gap").isLessThanOrEqualTo(P99_MILLIS_MAX);
    } else {
      assertThat(percentile(gaps, 0.5)).as("p50 of the gap").isLessThan(GAP_MILLIS_MAX);
    }
  }

  @Test
  @Order(2)
  void aRelayThatLeavesPolitelyLosesNothingAndThreeOfFiveThatDieAreSoonForgotten() {
    CircuitVillage circuits = start(1);
    int times = Math.max(1, TRIALS / 10);
    try (Beat beat = beat()) {
      List<Integer> lost = new ArrayList<>();
      for (int trial = 0; trial < times; trial++) {
        circuits.awaitPaths();
        String guard = circuits.guard();
        Beat.Seen seen = strike(beat, () -> village.daemon(guard).down());
        lost.add(seen.lost());
        System.out.printf("FailoverIT: %s leaves: %s%n", guard, seen);
        circuits.startAgain(guard);
      }
      System.out.println("FailoverIT: packets lost at each polite leave: " + lost);
      List<Double> gaps = new ArrayList<>();
      for (int trial = 0; trial < times; trial++) {
        circuits.awaitPaths();
        List<String> victims = new ArrayList<>(circuits.guards());
        circuits.relays().stream()
            .filter(name -> !victims.contains(name))
            .limit(3 - victims.size())
            .forEach(victims::add);
        assertThat(victims).hasSize(3);
        Beat.Seen seen = strike(beat, () -> victims.forEach(this::kill), 3 * WINDOW_MILLIS);
        gaps.add(seen.gap());
        System.out.printf(
            "FailoverIT: %s killed together: %s; %s%n", victims, seen, lastSwitch(circuits));
        tellWhy(seen, circuits);
        circuits.startAgain(victims);
      }
      report("three of five killed", gaps);
      assertThat(lost).as("packets lost when a relay left").allMatch(count -> count == 0);
      assertThat(gaps).as("3 of 5 killed").allMatch(gap -> gap < bound());
    }
  }

  @Test
  @Order(4)
  void anExitDiesNewConnectionsSoonWorkAndOldOnesFailAtOnce() {
    CircuitVillage circuits = start(2);
    int times = Math.max(1, TRIALS / 10);
    try (Beat beat = beat()) {
      List<Double> first = new ArrayList<>();
      List<Double> failed = new ArrayList<>();
      List<Double> failedListening = new ArrayList<>();
      for (int trial = 0; trial < times; trial++) {
        circuits.awaitPaths();
        String exit = circuits.path().getLast();
        Beat.Seen seen = strike(beat, () -> kill(exit), 3 * WINDOW_MILLIS);
        System.out.printf("FailoverIT: exit %s killed: %s%n", exit, seen);
        first.add(orNever(seen.firstNew()));
        seen.failed().subList(0, seen.failed().size() - 1).forEach(one -> failed.add(orNever(one)));
        failedListening.add(orNever(seen.failed().getLast()));
        circuits.startAgain(exit);
      }
      report("exit killed: first new connection", first);
      report("exit killed: an old connection that talks fails", failed);
      report("exit killed: an old connection that listens fails", failedListening);
      assertThat(first).as("a new connection works").allMatch(millis -> millis <= bound());
      assertThat(failed).as("old connections fail").allMatch(millis -> millis <= bound());
    }
  }

  /** A path that loses and disorders is not dead. Not before the deaths: it teaches patience. */
  @Test
  @Order(3)
  void aLossyPathIsNotADeadOne() {
    CircuitVillage circuits = start(1);
    for (String relay : circuits.relays()) {
      village
          .internet()
          .between("alice", relay)
          .delay(Duration.ofMillis(60))
          .disorderingJitter(Duration.ofMillis(50))
          .reorder(0.05, Duration.ofMillis(20))
          .loss(0.1);
    }
    try (Beat beat = beat()) {
      Shell.pause(2000); // the new round trip is to be learned
      long before = switches();
      beat.begin();
      Shell.pause(LOSSY_SECONDS * 1000L);
      Beat.Seen seen = beat.end();
      long wrong = switches() - before;
      System.out.printf(
          "FailoverIT: %d s of 10 %% loss, 50 ms jitter, reordering: %d switches; %s; %s%n",
          LOSSY_SECONDS, wrong, seen, lastSwitch(circuits));
      assertThat(seen.lost() / (double) seen.sent()).as("loss").isBetween(0.15, 0.25);
      assertThat(wrong).as("false switches").isLessThanOrEqualTo(1);
    }
  }

  private long switches() {
    return village.daemon("alice").counter("path_switches");
  }

  /** What ran for the test before, if it had as many exits. */
  private CircuitVillage start(int exits) {
    if (running != null && running.exits().size() == exits) {
      running.awaitPaths();
      return running;
    }
    if (running != null) {
      village.close();
      village = Village.open(21);
    }
    village.internet().defaultLink(LinkShape.PERFECT.delay(Duration.ofMillis(DELAY_MILLIS)));
    Beat.echoOn(village.host("site", 200));
    running = new CircuitVillage(village, 2, exits, RELAYS).start();
    System.out.println("FailoverIT: load " + Shell.load());
    return running;
  }

  private Beat beat() {
    Beat beat = Beat.from(village.host("alice"), village.address("site", Family.IPV4), PER_SECOND);
    Shell.pause(2 * CALM_MILLIS); // its code is compiled
    return beat;
  }

  private static Beat.Seen strike(Beat beat, Runnable event) {
    return strike(beat, event, WINDOW_MILLIS);
  }

  private static Beat.Seen strike(Beat beat, Runnable event, int windowMillis) {
    beat.begin();
    Shell.pause(CALM_MILLIS);
    return strikeNow(beat, event, windowMillis);
  }

  /** When it was calm for a while. */
  private static Beat.Seen strikeNow(Beat beat, Runnable event, int windowMillis) {
    beat.begin();
    long now = System.nanoTime();
    event.run();
    beat.event(now);
    Shell.pause(windowMillis);
    return beat.end();
  }

  private void kill(String name) {
    ProcessHandle.of(village.daemon(name).pid()).ifPresent(ProcessHandle::destroyForcibly);
  }

  private void signal(String signal, String name) {
    Shell.must("kill -" + signal + " " + village.daemon(name).pid());
  }

  private void blackhole(String name) {
    village
        .host(name)
        .sh(
            "nft 'add table inet p2it; add chain inet p2it in { type filter hook prerouting priority -450; policy drop; }; add chain inet p2it out { type filter hook output priority 450; policy drop; }'");
  }

  private void healBlackhole(String name) {
    village.host(name).sh("nft delete table inet p2it");
  }

  private static String lastSwitch(CircuitVillage circuits) {
    var all = circuits.alice("switches");
    return all.isEmpty() ? "no switch" : all.path(all.size() - 1).toString();
  }

  /** What alice's daemon says when a gap was longer than anybody promised. */
  private void tellWhy(Beat.Seen seen, CircuitVillage circuits) {
    if (seen.gap() >= GAP_MILLIS_MAX) {
      List<String> lines = village.daemon("alice").log().lines().toList();
      System.out.printf(
          "FailoverIT: alice: %s%n  %s%n",
          circuits.alice("circuits"),
          String.join("\n  ", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size())));
    }
  }

  private static double orNever(int millis) {
    return millis < 0 ? Double.POSITIVE_INFINITY : millis;
  }

  private static void report(String what, List<Double> millis) {
    System.out.printf(
        Locale.ROOT,
        "FailoverIT: RESULT %s: n %d, p50 %.0f ms, p90 %.0f ms, p99 %.0f ms, max %.0f ms; load %s%n",
        what,
        millis.size(),
        percentile(millis, 0.5),
        percentile(millis, 0.9),
        percentile(millis, 0.99),
        percentile(millis, 1),
        Shell.load());
  }

  /** The smallest value that this share of all is not above. */
  private static double percentile(List<Double> values, double share) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.isEmpty()
        ? Double.NaN
        : sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
  }
}
