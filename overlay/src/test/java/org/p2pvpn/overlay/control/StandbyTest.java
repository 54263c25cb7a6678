package org.p2pvpn.overlay.control;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Where any exit will do, another one stands by. */
final class StandbyTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static List<String> names(CircuitReport report) {
    return report.hops().stream().map(CircuitReport.Hop::name).toList();
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
  void anExitThatWasDeadWhenItWasDrawnIsLeftForAnother() {
    HopWorld world = new HopWorld(3);
    world.otherExit = TestPeers.add(world.book, 51, "exit-2", Peer.Origin.CONFIG);
    world.deaf.add("exit");
    world.use(2);
    world.steps(10 * SECOND);
    world.open();
    assertThat(world.circuits.reports().getFirst().hops().getLast().name()).isEqualTo("exit-2");
  }

  @Test
  void whereThereIsNoOtherExitItIsAskedAgainAndAgain() {
    HopWorld world = new HopWorld(3);
    world.deaf.add("exit");
    world.use(2);
    world.steps(10 * SECOND);
    assertThat(world.circuits.trouble()).contains("exit does not answer");
    world.deaf.clear();
    world.open();
    assertThat(world.circuits.reports().getFirst().hops().getLast().name()).isEqualTo("exit");
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
    Peer lost = requireNonNull(world.inUse());
    world.log.clear();
    world.circuits.onLeave(lost, world.now);
    CircuitReport active = world.circuits.reports().getFirst();
    assertThat(active.use()).isEqualTo("active");
    assertThat(active.state()).isEqualTo("open");
    assertThat(names(active)).containsExactly("relay-3", "exit-2");
    Peer next = requireNonNull(world.inUse());
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
    Peer lost = requireNonNull(world.inUse());
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
    assertThat(world.switches.latest()).isEmpty();
  }

  @Test
  void aRelayThatIsSilentWithBothPathsIsNotTheExitsDeath() {
    HopWorld world = withTwoExits();
    Peer exit = requireNonNull(world.inUse());
    world.silent.add("exit");
    world.deaf.add("relay-1");
    exit.session.onSent(100, world.now);
    for (int i = 0; i < 80; i++) {
      world.now -= 45 * MILLI;
      world.step();
    }
    assertThat(world.inUse()).isSameAs(exit);
    assertThat(world.switches.latest()).hasSize(1);
  }

  @Test
  void anExitThatStandsByAndIsSilentIsReplaced() {
    HopWorld world = withTwoExits();
    world.silent.add("exit-2");
    world.steps(PathSurvey.SILENT_NANOS + SECOND);
    assertThat(world.forgotten).anyMatch(hop -> hop.name.equals("exit-2"));
    assertThat(world.circuits.reports().getFirst().use()).isEqualTo("active");
    assertThat(world.switches.latest()).isEmpty();
  }

  @Test
  void askedForANewPathNewConnectionsTakeTheExitThatStandsBy() {
    HopWorld world = withTwoExits();
    world.takesExits = true;
    world.circuits.renew(world.now);
    assertThat(world.taken).hasSize(1);
    assertThat(world.taken.getFirst().exit().name).isEqualTo("exit-2");
    assertThat(world.switches.latest()).as("old connections stay where they are").isEmpty();
    assertThat(world.circuits.reports()).hasSize(2);
    assertThat(world.forgotten).noneMatch(hop -> hop.name.equals("exit-2"));
  }

  @Test
  void whereNoOtherExitIsTakenTheRelaysChange() {
    HopWorld world = withTwoExits();
    world.circuits.renew(world.now);
    assertThat(world.taken).isEmpty();
    assertThat(world.switches.latest()).hasSize(1);
  }

  @Test
  void withTimeTheExitChangesAndOnlyOnce() {
    HopWorld world = withTwoExits();
    world.takesExits = true;
    world.circuits.rotate(60 * SECOND);
    world.steps(73 * SECOND);
    assertThat(world.taken).hasSize(1);
    assertThat(world.switches.latest()).isEmpty();
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
}
