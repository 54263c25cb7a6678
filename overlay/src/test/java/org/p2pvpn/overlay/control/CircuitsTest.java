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
    assertThat(world.switches.latest()).hasSize(1);
    PathSwitch moved = world.switches.latest().getFirst();
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
    while (world.switches.latest().isEmpty()) {
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
    assertThat(world.switches.latest()).isEmpty();
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
  void aPoliteLeaveMovesAtOnce() {
    HopWorld world = new HopWorld(2);
    Peer exit = world.use(2);
    world.open();
    Peer leaver = world.relays.get(0);
    world.circuits.onLeave(leaver, world.now);
    assertThat(way(exit).guard()).isSameAs(world.relays.get(1).session);
    assertThat(world.switches.latest()).hasSize(1);
    assertThat(world.switches.latest().getFirst().announced()).isTrue();
    assertThat(world.switches.latest().getFirst().silentMillis()).isZero();
  }

  @Test
  void theLeaveOfARelayOfTheSpareTouchesOnlyThat() {
    HopWorld world = new HopWorld(3);
    Peer exit = world.use(2);
    world.open();
    Way before = way(exit);
    world.circuits.onLeave(world.relays.get(1), world.now);
    assertThat(exit.session.way()).isSameAs(before);
    assertThat(world.switches.latest()).isEmpty();
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
    assertThat(world.switches.latest()).isEmpty();
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
  void aRelayThatLeftIsAskedAgainAsSoonAsItIsBack() {
    HopWorld world = new HopWorld(2);
    world.use(2);
    world.open();
    Peer leaver = world.relays.get(0);
    world.circuits.onLeave(leaver, world.now);
    world.steps(SECOND);
    assertThat(world.avoided.getLast()).containsExactly(leaver.id);
    world.circuits.onBack(leaver.id);
    world.avoided.clear();
    world.circuits.onLeave(world.relays.get(1), world.now);
    world.open();
    assertThat(world.avoided).allMatch(avoided -> !avoided.contains(leaver.id));
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
