package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PathBuilderTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Three relays die together, and the third is the next to be chosen. */
  @Test
  void aGuardThatIsSilentIsNotBuiltOnForLong() {
    HopWorld world = new HopWorld(4);
    Peer exit = world.use(2);
    Peer third = world.relays.get(2);
    TestPeers.connect(third, world.now);
    third.echo.onAnswer(third.echo.next(world.now, new Random(1)), world.now);
    world.open();
    world.deaf.add("relay-3");
    world.circuits.onLeave(world.relays.get(0), world.now);
    assertThat(world.circuits.hopsInUse()).containsExactly(world.relays.get(1), exit);
    world.steps(SECOND);
    assertThat(world.circuits.reports().get(1).hops().getFirst().name()).isEqualTo("relay-4");
    assertThat(world.log).contains("relay-3 extends to exit");
  }

  /**
   * While nothing else leads to the exit its silence goes on, and a path that does not stand yet
   * must not be left for it: its guard would never be found to be the one that is dead.
   */
  @Test
  void whatIsBuiltWhileTheExitIsSilentIsGivenUpForItsOwnSilence() {
    HopWorld world = new HopWorld(1);
    Peer exit = world.use(2);
    world.steps(SECOND);
    Peer relay = world.relays.getFirst();
    assertThat(world.circuits.hopsInUse()).containsExactly(relay, exit);
    long ping = relay.echo.next(world.now, new Random(1));
    relay.echo.onAnswer(ping, world.now + 200 * MILLI); // a host that was busy then
    world.deaf.add(relay.name);
    for (int i = 0; i < 1000; i++) {
      exit.session.onSent(1000, world.now);
      world.now -= 45 * MILLI; // steps of 5 ms, as Circuits asks for
      world.step();
    }
    assertThat(world.learned).contains("relay-1 failed");
  }
}
