package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@DisplayName("the host is as before, byte for byte,")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UndoIT {
  private static final int KILLS = Shell.number("kills", 10);
  private static final long SEED = Shell.number("seed", (int) (System.nanoTime() & 0xffff));

  /** A start to the end of its stages takes about this long on two cores. */
  private static final int START_MILLIS_MAX = 2500;

  private final Topology net = Topology.open();
  private String invite = "";
  private Snapshot before = Snapshot.of(net.alice());

  @BeforeAll
  void startExit() {
    try {
      invite = Topology.invite(net.startExit());
      // The kernel's own lists grow once, when nft is first used; that is not ours to undo.
      new Daemon(net.alice(), "up", "--exit", "exit", invite).awaitUp().down();
    } catch (RuntimeException | AssertionError e) {
      net.close();
      throw e;
    }
  }

  @AfterAll
  void close() {
    net.close();
  }

  @BeforeEach
  void look() {
    before = Snapshot.of(net.alice());
  }

  @AfterEach
  void leaveNothing() {
    Daemon.cli(net.alice(), "cleanup");
  }

  private Daemon up() {
    return new Daemon(net.alice(), "up", "--exit", "exit", invite);
  }

  private Snapshot now() {
    return Snapshot.of(net.alice());
  }

  @Test
  void afterDown() {
    Daemon alice = up().awaitUp();
    for (String part :
        new String[] {
          "links", "addresses", "IPv6 routes", "IPv4 rules", "nft ruleset", "resolver"
        }) {
      assertThat(now().differsIn(part, before)).as(part + " changes while up").isTrue();
    }
    alice.down();
    now().mustEqual(before, "after down");
  }

  @Test
  void afterAKillAndCleanup() {
    up().awaitUp().kill();
    assertThat(now().differsIn("nft ruleset", before)).as("the kill switch holds").isTrue();
    Daemon.cli(net.alice(), "cleanup").mustSucceed("cleanup");
    now().mustEqual(before, "after kill -9 and cleanup");
  }

  @Test
  void afterAKillAndDown() {
    up().awaitUp().kill();
    Daemon.cli(net.alice(), "down").mustSucceed("down");
    now().mustEqual(before, "after kill -9 and down");
  }

  @Test
  void afterAKillAndAnotherUpAndDown() {
    up().awaitUp().kill();
    up().awaitUp().down();
    now().mustEqual(before, "after kill -9, up and down");
  }

  @Test
  void afterCleanupWasDoneTwice() {
    up().awaitUp().kill();
    Daemon.cli(net.alice(), "cleanup").mustSucceed("cleanup");
    Daemon.cli(net.alice(), "cleanup").mustSucceed("second cleanup");
    now().mustEqual(before, "after two cleanups");
  }

  /** The wait is what is random here; it waits for nothing. */
  @Test
  void afterKillsAtRandomMomentsOfUp() {
    Random random = new Random(SEED);
    System.out.println("UndoIT: -Dp2pvpn.it.seed=" + SEED + " -Dp2pvpn.it.kills=" + KILLS);
    for (int i = 0; i < KILLS; i++) {
      int millis = 150 + random.nextInt(START_MILLIS_MAX);
      Daemon alice = up();
      Shell.pause(millis);
      alice.kill();
      Shell.Answer answer = Daemon.cli(net.alice(), "cleanup");
      assertThat(answer.status()).as("%s", answer.text()).isZero();
      String when = "killed %d ms after its start (seed %d)".formatted(millis, SEED);
      now().mustEqual(before, when + ":\n" + alice.log());
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
