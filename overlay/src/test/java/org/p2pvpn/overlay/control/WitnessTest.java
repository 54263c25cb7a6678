package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.wire.ExtendRefusal;

/** What the planner is told of the nodes on a path. */
final class WitnessTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Something was sent, and nothing comes back any more. */
  private static void silence(HopWorld world, Peer exit) {
    exit.session.onSent(20_000, world.now);
    world.steps(SECOND);
  }

  @Test
  void theRelayOfASilentPathIsBlamedWhenTheExitAnswersByTheOther() {
    HopWorld world = new HopWorld(2);
    Peer exit = world.use(2);
    world.open();
    silence(world, exit);
    assertThat(world.learned).noneMatch(line -> line.endsWith("SILENT"));
    exit.session.onReceived(100, world.now);
    world.step();
    exit.session.onReceived(100, world.now);
    world.step();
    assertThat(world.learned).containsOnlyOnce("relay-1 SILENT");
  }

  @Test
  void nobodyIsBlamedForASilenceThatLasts() {
    HopWorld world = new HopWorld(2);
    Peer exit = world.use(2);
    world.open();
    silence(world, exit);
    world.steps(Witness.CLEARED_WITHIN_NANOS);
    exit.session.onReceived(100, world.now);
    world.step();
    assertThat(world.learned).noneMatch(line -> line.endsWith("SILENT"));
  }

  @Test
  void ofSeveralRelaysOfASilentPathNoneIsBlamed() {
    HopWorld world = new HopWorld(4);
    Peer exit = world.use(3);
    world.open();
    silence(world, exit);
    exit.session.onReceived(100, world.now);
    world.step();
    assertThat(world.learned).noneMatch(line -> line.endsWith("SILENT"));
  }

  @Test
  void whatComesBackIsSaidOfThePathItCameBy() {
    HopWorld world = new HopWorld(2);
    Peer exit = world.use(2);
    world.open();
    world.learned.clear();
    exit.session.onReceived(5000, world.now);
    world.steps(Witness.REPORT_NANOS + SECOND);
    assertThat(world.learned).containsExactly("relay-1 carried 5000");
    world.learned.clear();
    exit.session.onReceived(70, world.now);
    world.step();
    world.circuits.onLeave(world.relays.getFirst(), world.now);
    world.step();
    assertThat(world.learned).containsExactly("relay-1 LEFT", "relay-1 carried 70");
  }

  @Test
  void aBusyRelayIsSaidToBeBusy() {
    HopWorld world = new HopWorld(2);
    world.refusing.put("relay-1", ExtendRefusal.BUSY);
    world.refusing.put("relay-2", ExtendRefusal.UNKNOWN_NODE);
    world.use(2);
    world.steps(SECOND);
    assertThat(world.learned).containsOnly("relay-1 is busy");
  }
}
