package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@DisplayName("the host is as before, byte for byte,")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UndoIT {
  private static final int KILLS = Shell.number("kills", 10);
  private static final long SEED = Shell.number("seed", (int) (System.nanoTime() & 0xffff));

  /** A start to the end of its stages takes about this long on two cores. */
  private static final int START_MILLIS_MAX = 1500;

  private final ReadyExit ready = new ReadyExit();
  private final Topology net = ready.net;
  private final Snapshot before = ready.before();

  @AfterAll
  void close() {
    ready.close();
  }

  @AfterEach
  void leaveNothing() {
    Daemon.cli(net.alice(), "cleanup");
  }

  private Snapshot now() {
    return Snapshot.of(net.alice());
  }

  @Test
  void afterDown() {
    Daemon alice = ready.up().awaitUp();
    for (String part :
        new String[] {
          "links", "addresses", "IPv6 routes", "IPv4 rules", "nft ruleset", "resolver"
        }) {
      assertThat(now().differsIn(part, before)).as(part + " changes while up").isTrue();
    }
    alice.down();
    ready.mustBeAsBefore("after down");
  }

  @Test
  void afterAKillAndCleanup() {
    ready.up().awaitUp().kill();
    assertThat(now().differsIn("nft ruleset", before)).as("the kill switch holds").isTrue();
    Daemon.cli(net.alice(), "cleanup").mustSucceed("cleanup");
    ready.mustBeAsBefore("after kill -9 and cleanup");
  }

  @Test
  void afterAKillAndDown() {
    ready.up().awaitUp().kill();
    Daemon.cli(net.alice(), "down").mustSucceed("down");
    ready.mustBeAsBefore("after kill -9 and down");
  }

  @Test
  void afterAKillAndAnotherUpAndDown() {
    ready.up().awaitUp().kill();
    ready.up().awaitUp().down();
    ready.mustBeAsBefore("after kill -9, up and down");
  }

  @Test
  void afterCleanupWasDoneTwice() {
    ready.up().awaitUp().kill();
    Daemon.cli(net.alice(), "cleanup").mustSucceed("cleanup");
    Daemon.cli(net.alice(), "cleanup").mustSucceed("second cleanup");
    ready.mustBeAsBefore("after two cleanups");
  }

  /** The wait is what is random here; it waits for nothing. */
  @Test
  void afterKillsAtRandomMomentsOfUp() {
    Random random = new Random(SEED);
    System.out.println("UndoIT: -Dp2pvpn.it.seed=" + SEED + " -Dp2pvpn.it.kills=" + KILLS);
    for (int i = 0; i < KILLS; i++) {
      int millis = 150 + random.nextInt(START_MILLIS_MAX);
      Daemon alice = ready.up();
      Shell.pause(millis);
      alice.kill();
      Shell.Answer answer = Daemon.cli(net.alice(), "cleanup");
      assertThat(answer.status()).as("%s", answer.text()).isZero();
      String when = "killed %d ms after its start (seed %d)".formatted(millis, SEED);
      ready.mustBeAsBefore(when + ":\n" + alice.log());
    }
  }

  @Test
  void afterAnExitWasServedAndDown() {
    Snapshot bobBefore = Snapshot.of(net.bob());
    Daemon bob = new Daemon(net.bob(), "serve", "--exit").awaitUp();
    assertThat(Snapshot.of(net.bob()).differsIn("sysctls", bobBefore)).isTrue();
    bob.down();
    Snapshot.of(net.bob()).mustEqual(bobBefore, "after an exit's down");
    Daemon again = new Daemon(net.bob(), "serve", "--exit").awaitUp();
    again.kill();
    Daemon.cli(net.bob(), "cleanup").mustSucceed("cleanup");
    Snapshot.of(net.bob()).mustEqual(bobBefore, "after an exit's kill -9 and cleanup");
  }
}
