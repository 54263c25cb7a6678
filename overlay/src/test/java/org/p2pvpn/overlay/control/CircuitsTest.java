package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.wire.ExtendRefusal;
import org.p2pvpn.overlay.wire.Frame;

final class CircuitsTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static List<String> names(CircuitReport report) {
    return report.hops().stream().map(CircuitReport.Hop::name).toList();
  }

  private static Way way(Peer exit) {
    Way way = exit.session.way();
    if (way == null) {
      throw new AssertionError("the exit is not nested");
    }
    return way;
  }

  /** Something was sent, and nothing comes back any more. */
  private static void silence(HopWorld world, Peer exit) {
    exit.session.onSent(20_000, world.now);
    world.steps(SECOND);
  }

  @Test
  void buildsFromTheGuardOutAndExtendsBeforeItShakesHands() {
    HopWorld world = new HopWorld(2);
    world.use(3);
    world.steps(300 * MILLI);
    assertThat(world.log)
        .startsWith(
            "call relay-1",
            "relay-1 extends to relay-2",
            "initiate relay-2 behind 1",
            "relay-2 extends to exit",
            "initiate exit behind 2");
    assertThat(world.circuits.reports()).hasSize(1);
    assertThat(names(world.circuits.reports().getFirst()))
        .containsExactly("relay-1", "relay-2", "exit");
    assertThat(world.circuits.reports().getFirst().state()).isEqualTo("open");
  }

  @Test
  void shakesNoHandsBeforeTheCircuitStands() {
    HopWorld world = new HopWorld(1);
    world.deaf.add("relay-1");
    world.use(2);
    world.step();
    world.establish(world.relays.getFirst(), 1, null);
    world.steps(SECOND);
    assertThat(world.log).contains("relay-1 extends to exit");
    assertThat(world.log).noneMatch(line -> line.startsWith("initiate"));
  }

  @Test
  void onlyTheGuardKnowsUsByName() {
    HopWorld world = new HopWorld(4);
    Peer exit = world.use(3);
    world.open();
    assertThat(exit.ownIdentity).isNotNull();
    assertThat(exit).isNotSameAs(world.exitNode);
    assertThat(way(exit).guard()).isSameAs(world.relays.getFirst().session);
    assertThat(way(exit).last()).isNotSameAs(world.relays.get(1).session);
    List<byte[]> keys =
        world.book.passing().stream()
            .map(hop -> java.util.Objects.requireNonNull(hop.ownIdentity).staticKey())
            .toList();
    assertThat(keys).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void theSpareSharesNoRelayWithThePathInUse() {
    HopWorld world = new HopWorld(4);
    world.use(3);
    world.open();
    List<String> active = names(world.circuits.reports().get(0));
    List<String> spare = names(world.circuits.reports().get(1));
    assertThat(active).containsExactly("relay-1", "relay-2", "exit");
    assertThat(spare).containsExactly("relay-3", "relay-4", "exit");
    assertThat(world.log).filteredOn(line -> line.startsWith("initiate exit")).hasSize(1);
  }

  @Test
  void withoutEnoughRelaysItSaysSoAndHasNoPath() {
    HopWorld world = new HopWorld(1);
    world.use(3);
    world.steps(SECOND);
    assertThat(world.circuits.reports()).isEmpty();
    assertThat(world.circuits.trouble()).isEqualTo("no 2 relays to reach the exit by");
  }

  @Test
  void movesOnSilenceAndKeepsTheExitsSession() {
    HopWorld world = new HopWorld(2);
    Peer exit = world.use(2);
    world.open();
    Epoch keys = exit.session.sending();
    assertThat(way(exit).guard()).isSameAs(world.relays.get(0).session);
    world.log.clear();
    silence(world, exit);
    assertThat(way(exit).guard()).isSameAs(world.relays.get(1).session);
    assertThat(exit.session.sending()).isSameAs(keys);
    assertThat(world.log).noneMatch(line -> line.startsWith("initiate exit"));
    assertThat(world.forgotten).doesNotContain(exit);
    assertThat(world.circuits.switches()).hasSize(1);
    PathSwitch moved = world.circuits.switches().getFirst();
    assertThat(moved.why()).isEqualTo("silence");
    assertThat(moved.announced()).isFalse();
    assertThat(moved.silentMillis()).isBetween(50L, 1000L);
    assertThat(world.count("path_switches")).isEqualTo(1);
  }

  @Test
  void asManyProbesGoUnansweredAsAreSentBeforeItMoves() {
    HopWorld world = new HopWorld(2);
    Peer exit = world.use(2);
    world.open();
    world.steps(2 * SECOND);
    world.probes.clear();
    silence(world, exit);
    // One more follows the switch, so that the exit learns of it.
    assertThat(world.probes).hasSize(PathWatch.PROBES_MAX + 1);
    assertThat(world.probes).allMatch(probe -> probe[0] == Frame.PROBE);
  }

  private static HopWorld withTwoExits() {
    HopWorld world = new HopWorld(3);
    world.otherExit = TestPeers.add(world.book, 51, "exit-2", Peer.Origin.CONFIG);
    world.use(2);
    world.open();
    world.steps(SECOND);
    return world;
  }

  @Test
  void anotherExitStandsByWhenAnyWillDo() {
    HopWorld world = withTwoExits();
    CircuitReport standby = world.circuits.reports().getLast();
    assertThat(world.circuits.reports()).hasSize(3);
    assertThat(standby.use()).isEqualTo("standby");
    assertThat(standby.state()).isEqualTo("open");
    assertThat(names(standby)).containsExactly("relay-3", "exit-2");
  }

  @Test
  void whenTheExitDiesTheOneThatStandsByTakesOverAtOnce() {
    HopWorld world = withTwoExits();
    Peer lost = java.util.Objects.requireNonNull(world.inUse());
    world.log.clear();
    world.circuits.onLeave(lost, world.now);
    CircuitReport active = world.circuits.reports().getFirst();
    assertThat(active.use()).isEqualTo("active");
    assertThat(active.state()).isEqualTo("open");
    assertThat(names(active)).containsExactly("relay-3", "exit-2");
    Peer next = java.util.Objects.requireNonNull(world.inUse());
    assertThat(next.name).isEqualTo("exit-2");
    assertThat(world.log).noneMatch(line -> line.startsWith("initiate"));
    assertThat(world.forgotten).contains(lost);
    world.steps(5 * SECOND);
    assertThat(world.circuits.reports().getFirst().state()).isEqualTo("open");
    assertThat(names(world.circuits.reports().get(1))).endsWith("exit-2");
  }

  /** One packet is enough: nobody sends a second one before the first is answered. */
  @Test
  void anExitThatIsSilentOnBothPathsIsDeadWhenItsRelaysAnswer() {
    HopWorld world = withTwoExits();
    Peer lost = java.util.Objects.requireNonNull(world.inUse());
    world.silent.add("exit");
    lost.session.onSent(100, world.now);
    long sent = world.now;
    while (world.inUse() == lost) {
      world.now -= 45 * MILLI; // steps of 5 ms, as Circuits asks for
      world.step();
      assertThat(world.now - sent).isLessThan(500 * MILLI);
    }
    assertThat(world.now - sent).isGreaterThanOrEqualTo(Lookout.OURS_NANOS);
    assertThat(names(world.circuits.reports().getFirst())).containsExactly("relay-3", "exit-2");
    assertThat(world.circuits.switches()).isEmpty();
  }

  @Test
  void aRelayThatIsSilentWithBothPathsIsNotTheExitsDeath() {
    HopWorld world = withTwoExits();
    Peer exit = java.util.Objects.requireNonNull(world.inUse());
    world.silent.add("exit");
    world.deaf.add("relay-1");
    exit.session.onSent(100, world.now);
    for (int i = 0; i < 80; i++) {
      world.now -= 45 * MILLI;
      world.step();
    }
    assertThat(world.inUse()).isSameAs(exit);
    assertThat(world.circuits.switches()).hasSize(1);
  }

  @Test
  void anExitThatStandsByAndIsSilentIsReplaced() {
    HopWorld world = withTwoExits();
    world.silent.add("exit-2");
    world.steps(PathSurvey.SILENT_NANOS + SECOND);
    assertThat(world.forgotten).anyMatch(hop -> hop.name.equals("exit-2"));
    assertThat(world.circuits.reports().getFirst().use()).isEqualTo("active");
    assertThat(world.circuits.switches()).isEmpty();
  }

  @Test
  void anotherPlanEndsWhatStandsBy() {
    HopWorld world = withTwoExits();
    world.otherExit = null;
    world.use(2);
    world.open();
    world.steps(SECOND);
    assertThat(world.circuits.reports()).hasSize(2);
    assertThat(world.book.passing()).containsExactly(world.inUse());
  }

  /** Our own link hangs, or this process does: no path is to blame. */
  @Test
  void silenceOfBothPathsIsWaitedForAWhile() {
    HopWorld world = new HopWorld(2);
    Peer exit = world.use(2);
    world.open();
    world.steps(SECOND);
    world.losses.put("relay-2", 1.0);
    long sent = world.now;
    exit.session.onSent(20_000, world.now);
    while (world.circuits.switches().isEmpty()) {
      world.now -= 45 * MILLI; // steps of 5 ms, as Circuits asks for
      world.step();
      assertThat(world.now - sent).isLessThan(SECOND);
    }
    assertThat(world.now - sent).isGreaterThanOrEqualTo(Lookout.OURS_NANOS);
  }

  @Test
  void whatAnsweredTheProbesStays() {
    HopWorld world = new HopWorld(2);
    Peer exit = world.use(2);
    world.open();
    for (int i = 0; i < 100; i++) {
      exit.session.onSent(20_000, world.now);
      world.steps(150 * MILLI);
      exit.session.onReceived(0, world.now);
      byte[] echo = world.probes.getLast().clone();
      echo[0] = Frame.ECHO;
      world.circuits.onEcho(exit.session, echo, world.now);
    }
    assertThat(world.circuits.switches()).isEmpty();
  }

  @Test
  void anotherSessionsEchoMeasuresNothing() {
    HopWorld world = new HopWorld(2);
    world.deaf.add("relay-1");
    world.deaf.add("relay-2");
    world.use(2);
    world.establish(world.relays.getFirst(), 1, null);
    assertThat(world.circuits.reports().getFirst().hops().getLast().rttMillis()).isNegative();
  }

  @Test
  void bothPathsAreMeasuredBeforeThereIsTraffic() {
    HopWorld world = new HopWorld(2);
    world.use(2);
    world.open();
    world.steps(SECOND);
    assertThat(world.asides).hasSize(2 * PathGauge.FIRST);
    for (CircuitReport report : world.circuits.reports()) {
      assertThat(report.hops().getLast().rttMillis()).isBetween(0.0, 51.0);
    }
    world.steps(10 * SECOND);
    assertThat(world.asides).as("idle paths cost nothing").hasSize(2 * PathGauge.FIRST);
    assertThat(world.probed).isEqualTo(2 * PathGauge.FIRST);
  }

  /** Traffic of 16 Mbit/s that is answered. */
  private static void traffic(HopWorld world, Peer exit, long nanos) {
    for (long end = world.now + nanos; world.now < end; ) {
      exit.session.onSent(50_000, world.now);
      exit.session.onReceived(50_000, world.now);
      world.step();
    }
  }

  /** Latency alone would have stayed: nothing about it changes. */
  @Test
  void aLossStepMovesThePathWithinTenSeconds() {
    HopWorld world = new HopWorld(3);
    Peer exit = world.use(2);
    world.open();
    traffic(world, exit, 20 * SECOND);
    assertThat(world.circuits.switches()).isEmpty();
    Epoch keys = exit.session.sending();
    world.losses.put("relay-1", 0.1);
    traffic(world, exit, 10 * SECOND);
    assertThat(world.circuits.switches()).hasSize(1);
    assertThat(world.circuits.switches().getFirst().why()).isEqualTo("a better path");
    assertThat(way(exit).guard()).isSameAs(world.relays.get(1).session);
    assertThat(exit.session.sending()).isSameAs(keys);
    world.open();
    assertThat(names(world.circuits.reports().get(1))).containsExactly("relay-3", "exit");
    traffic(world, exit, 600 * SECOND);
    assertThat(world.circuits.switches()).hasSize(1);
  }

  @Test
  void aRelayThatBecomesLoadedIsLeftWithinTenSeconds() {
    HopWorld world = new HopWorld(3);
    Peer exit = world.use(2);
    world.open();
    traffic(world, exit, 20 * SECOND);
    world.loads.put("relay-1", 0.8);
    traffic(world, exit, 10 * SECOND);
    assertThat(world.circuits.switches()).hasSize(1);
    assertThat(way(exit).guard()).isSameAs(world.relays.get(1).session);
  }

  /** threats.md 34. Small packets, and small probes, are as quick as before. */
  @Test
  void aRelayThatDelaysOnlyLargePacketsIsLeftWithinTenSeconds() {
    HopWorld world = new HopWorld(3);
    Peer exit = world.use(2);
    world.open();
    traffic(world, exit, 20 * SECOND);
    world.largeDelays.put("relay-1", 500 * MILLI);
    traffic(world, exit, 10 * SECOND);
    assertThat(world.circuits.switches()).hasSize(1);
    assertThat(way(exit).guard()).isSameAs(world.relays.get(1).session);
  }

  @Test
  void aRelayThatDropsOnlyLargePacketsIsLeftWithinTenSeconds() {
    HopWorld world = new HopWorld(3);
    Peer exit = world.use(2);
    world.open();
    traffic(world, exit, 20 * SECOND);
    world.largeDelays.put("relay-1", 600 * SECOND);
    traffic(world, exit, 10 * SECOND);
    assertThat(world.circuits.switches()).hasSize(1);
    assertThat(way(exit).guard()).isSameAs(world.relays.get(1).session);
  }

  @Test
  void aFullSpareIsReplacedAsSoonAsThereIsAnother() {
    HopWorld world = new HopWorld(2);
    world.use(2);
    world.open();
    world.loads.put("relay-2", 0.95);
    world.steps(5 * SECOND);
    assertThat(names(world.circuits.reports().get(1))).containsExactly("relay-2", "exit");
    world.relays.set(1, TestPeers.add(world.book, 9, "relay-9", Peer.Origin.CONFIG));
    world.steps(5 * SECOND);
    assertThat(names(world.circuits.reports().get(1))).containsExactly("relay-9", "exit");
    assertThat(world.circuits.switches()).isEmpty();
  }

  @Test
  void relaysAreExchangedWhenTheirTimeIsOverAndTheExitStays() {
    HopWorld world = new HopWorld(3);
    Peer exit = world.use(2);
    world.circuits.rotate(60 * SECOND);
    world.open();
    Epoch keys = exit.session.sending();
    world.steps(47 * SECOND);
    assertThat(world.circuits.switches()).isEmpty();
    world.steps(26 * SECOND);
    assertThat(world.circuits.switches()).hasSize(1);
    assertThat(world.circuits.switches().getFirst().announced()).isTrue();
    assertThat(way(exit).guard()).isSameAs(world.relays.get(1).session);
    assertThat(exit.session.sending()).isSameAs(keys);
    world.open();
    assertThat(names(world.circuits.reports().get(1))).containsExactly("relay-3", "exit");
    world.steps(73 * SECOND);
    assertThat(world.circuits.switches()).hasSize(2);
    assertThat(way(exit).guard()).isSameAs(world.relays.get(2).session);
  }

  /** Our own link: there is no better path, whatever the probes of one say by accident. */
  @Test
  void lossThatAllPathsShareMovesNothing() {
    HopWorld world = new HopWorld(2);
    Peer exit = world.use(2);
    world.open();
    world.losses.put("relay-1", 0.1);
    world.losses.put("relay-2", 0.1);
    traffic(world, exit, 600 * SECOND);
    assertThat(world.circuits.switches()).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void aPoliteLeaveMovesAtOnce() {
    HopWorld world = new HopWorld(2);
    Peer exit = world.use(2);
    world.open();
    Peer leaver = world.relays.get(0);
    world.circuits.onLeave(leaver, world.now);
    assertThat(way(exit).guard()).isSameAs(world.relays.get(1).session);
    assertThat(world.circuits.switches()).hasSize(1);
    assertThat(world.circuits.switches().getFirst().announced()).isTrue();
    assertThat(world.circuits.switches().getFirst().silentMillis()).isZero();
  }

  @Test
  void theLeaveOfARelayOfTheSpareTouchesOnlyThat() {
    HopWorld world = new HopWorld(3);
    Peer exit = world.use(2);
    world.open();
    Way before = way(exit);
    world.circuits.onLeave(world.relays.get(1), world.now);
    assertThat(exit.session.way()).isSameAs(before);
    assertThat(world.circuits.switches()).isEmpty();
    world.open();
    assertThat(names(world.circuits.reports().get(1))).containsExactly("relay-3", "exit");
  }

  @Test
  void aPathThatWasLeftStaysOpenForWhatIsStillOnItsWay() {
    HopWorld world = new HopWorld(3);
    Peer exit = world.use(2);
    world.open();
    int index = java.util.Objects.requireNonNull(exit.session.sending()).localIndex();
    world.circuits.onLeave(world.relays.get(0), world.now);
    world.log.clear();
    world.steps(SECOND);
    assertThat(world.held).contains("relay-1 " + index);
    world.steps(2 * SECOND);
    assertThat(world.log).contains("retract " + index + " at relay-1");
    assertThat(world.held).doesNotContain("relay-1 " + index).contains("relay-2 " + index);
  }

  @Test
  void middleRelaysAreToldBeforeTheirKeysAreForgotten() {
    HopWorld world = new HopWorld(6);
    Peer exit = world.use(3);
    world.open();
    int index = java.util.Objects.requireNonNull(exit.session.sending()).localIndex();
    assertThat(world.held).contains("relay-2 " + index);
    world.circuits.onLeave(world.relays.get(0), world.now);
    world.steps(3 * SECOND);
    assertThat(world.log).contains("retract " + index + " at relay-2");
    assertThat(world.held).doesNotContain("relay-2 " + index);
    assertThat(world.forgotten).anyMatch(hop -> hop.name.equals("relay-2"));
  }

  /** With few relays the one that was left is soon needed again. */
  @Test
  void whatASparePathUsesAgainIsNotRetracted() {
    HopWorld world = new HopWorld(2);
    Peer exit = world.use(2);
    world.open();
    int index = java.util.Objects.requireNonNull(exit.session.sending()).localIndex();
    silence(world, exit);
    world.open();
    assertThat(names(world.circuits.reports().get(1))).containsExactly("relay-1", "exit");
    world.steps(5 * SECOND);
    assertThat(world.held).contains("relay-1 " + index, "relay-2 " + index);
  }

  @Test
  void aSpareWhoseRelayIsSilentIsReplacedBeforeItIsNeeded() {
    HopWorld world = new HopWorld(3);
    world.use(2);
    world.open();
    String silent = names(world.circuits.reports().get(1)).getFirst();
    world.deaf.add(silent);
    world.steps(5 * SECOND);
    world.open();
    assertThat(names(world.circuits.reports().get(1))).doesNotContain(silent);
    assertThat(world.circuits.switches()).isEmpty();
  }

  @Test
  void aRelayThatRefusesIsAvoided() {
    HopWorld world = new HopWorld(2);
    world.refusing.put("relay-1", ExtendRefusal.BUSY);
    world.use(2);
    world.steps(2 * SECOND);
    assertThat(world.avoided.getLast()).contains(world.relays.get(0).id);
    assertThat(names(world.circuits.reports().getFirst())).containsExactly("relay-2", "exit");
    assertThat(world.circuits.reports().getFirst().state()).isEqualTo("open");
    assertThat(world.count("extend_was_refused_busy")).isPositive();
  }

  @Test
  void aRelayIsAskedAgainAfterAWhile() {
    HopWorld world = new HopWorld(1);
    world.refusing.put("relay-1", ExtendRefusal.UNREACHABLE);
    world.use(2);
    world.steps(SECOND);
    assertThat(world.circuits.trouble())
        .isEqualTo("relay-1 does not lead to exit: it cannot reach the next node");
    world.relays.clear(); // so that it does not refuse again meanwhile
    world.steps(Avoided.NANOS - 2 * SECOND);
    assertThat(world.avoided.getLast()).hasSize(1);
    world.steps(3 * SECOND);
    assertThat(world.avoided.getLast()).isEmpty();
  }

  @Test
  void anIndexInUseIsNoFaultOfTheRelays() {
    HopWorld world = new HopWorld(1);
    world.refusing.put("relay-1", ExtendRefusal.INDEX_IN_USE);
    Peer exit = world.use(2);
    world.steps(200 * MILLI);
    assertThat(world.avoided.getLast()).isEmpty();
    world.refusing.clear();
    world.circuits.initiate(exit); // the handshake's retry
    world.steps(500 * MILLI);
    assertThat(world.circuits.reports().getFirst().state()).isEqualTo("open");
  }

  @Test
  void givesUpAGuardThatDoesNotAnswer() {
    HopWorld world = new HopWorld(2);
    world.deaf.add("relay-1");
    world.use(2);
    world.steps(Circuits.BUILD_WITHIN_NANOS - 200 * MILLI);
    assertThat(names(world.circuits.reports().getFirst())).contains("relay-1");
    world.steps(2 * SECOND);
    assertThat(names(world.circuits.reports().getFirst())).containsExactly("relay-2", "exit");
  }

  @Test
  void givesUpARelayThatTakesNoAnswers() {
    HopWorld world = new HopWorld(3);
    world.use(2);
    world.steps(300 * MILLI);
    world.deaf.add("relay-2"); // it shook hands before, and now ignores whatever it is asked
    world.establish(world.relays.get(1), 77, null);
    world.steps(Circuits.BUILD_WITHIN_NANOS + 3 * SECOND);
    assertThat(world.circuits.reports()).hasSize(2);
    assertThat(names(world.circuits.reports().get(1))).containsExactly("relay-3", "exit");
  }

  @Test
  void newKeysOfTheExitAreKnownToBothPathsBeforeTheyAreUsed() {
    HopWorld world = new HopWorld(2);
    Peer exit = world.use(2);
    world.open();
    world.log.clear();
    world.circuits.initiate(exit);
    world.step();
    world.step();
    assertThat(world.log)
        .containsExactly(
            "relay-1 extends to exit", "relay-2 extends to exit", "initiate exit behind 1");
    int index = java.util.Objects.requireNonNull(exit.session.sending()).localIndex();
    assertThat(world.held).contains("relay-1 " + index, "relay-2 " + index);
    assertThat(world.circuits.reports()).allMatch(path -> path.state().equals("open"));
  }

  @Test
  void aHandshakeThatEndsLateDoesNotBringTheOldPathBack() {
    HopWorld world = new HopWorld(2);
    Peer exit = world.use(2);
    world.open();
    Way old = way(exit);
    world.circuits.onLeave(world.relays.get(0), world.now);
    Way current = way(exit);
    world.establish(exit, 4711, old);
    world.steps(SECOND);
    assertThat(exit.session.way()).isEqualTo(current).isNotEqualTo(old);
  }

  @Test
  void anotherExitEndsThePathsToTheOldOne() {
    HopWorld world = new HopWorld(2);
    Peer old = world.use(2);
    world.open();
    List<String> held = List.copyOf(world.held);
    Peer exit = world.use(2);
    assertThat(world.forgotten).contains(old);
    world.step();
    assertThat(world.held).doesNotContainAnyElementsOf(held);
    world.open();
    assertThat(world.circuits.reports()).hasSize(2);
    assertThat(exit.isConnected()).isTrue();
    assertThat(world.book.passing()).containsExactly(exit);
  }

  @Test
  void anAnswerToNothingChangesNothing() {
    HopWorld world = new HopWorld(2);
    world.use(2);
    world.open();
    world.log.clear();
    world.circuits.onExtended(world.relays.get(0), 4711, world.now);
    world.circuits.onExtended(world.relays.get(1), 0, world.now);
    world.circuits.onExtendRefused(world.relays.get(0), 4711, ExtendRefusal.BUSY, world.now);
    assertThat(world.log).isEmpty();
    assertThat(world.circuits.reports()).hasSize(2);
  }
}
