package org.p2pvpn.overlay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.discovery.kad.Contact;

/**
 * Issue 4, point 3: a node restarts with the table it had written down, and finds the attacker's
 * nodes at its door, who all call it at once and name only each other. {@code
 * -Dp2pvpn.kad.trials=100} repeats it as often as the issue says.
 */
final class EclipseSimulation {
  private static final int TRIALS = Integer.getInteger("p2pvpn.kad.trials", 2);
  private static final long SEED = Long.getLong("p2pvpn.seed", 7);
  private static final int HONEST = 100;

  @Test
  void twoAddressesOfAnAttackerDoNotEclipseANode() {
    attack(2, 400);
  }

  @Test
  void neitherDoTwentyEight() {
    attack(28, 420);
  }

  @Test
  void norDoAThousandIdsInOnePrefix() {
    attack(1, 1_000);
  }

  private static void attack(int prefixes, int ids) {
    KadWorld world = KadScenario.grown(HONEST, 0, SEED, 0.01);
    for (int trial = 0; trial < TRIALS; trial++) {
      KadWorldNode victim = world.nodes().get(world.random.nextInt(HONEST));
      List<Contact> writtenDown = victim.kad.contacts();
      victim.alive = false;
      world.run(TimeUnit.SECONDS.toNanos(10));
      List<KadWorldNode> attackers = attackers(world, prefixes, ids);
      victim.restart(writtenDown);
      for (int second = 0; second < 30; second++) {
        attackers.forEach(one -> world.open(one, victim));
        world.run(TimeUnit.SECONDS.toNanos(1));
      }
      world.run(TimeUnit.SECONDS.toNanos(30));
      judge(world, victim, prefixes, "seed " + SEED + ", trial " + trial);
      attackers.forEach(one -> one.alive = false);
      world.run(TimeUnit.MINUTES.toNanos(1));
    }
  }

  private static List<KadWorldNode> attackers(KadWorld world, int prefixes, int ids) {
    KadScenario.Conspiracy conspiracy = new KadScenario.Conspiracy();
    List<KadWorldNode> attackers = new ArrayList<>();
    for (int i = 0; i < ids; i++) {
      int prefix = attackersPrefix(i % prefixes);
      KadWorldNode one = world.addPuppet(prefix << 8 | (1 + i / prefixes % 250), true);
      conspiracy.add(one);
      attackers.add(one);
    }
    return attackers;
  }

  private static int attackersPrefix(int number) {
    return 95 << 16 | number;
  }

  private static void judge(KadWorld world, KadWorldNode victim, int prefixes, String trial) {
    for (int i = 0; i < prefixes; i++) {
      int[] most = KadScenario.mostOfOnePrefix(victim, attackersPrefix(i));
      assertThat(most[0]).as(trial + ": in a bucket").isLessThanOrEqualTo(2);
      assertThat(most[1]).as(trial + ": in the table").isLessThanOrEqualTo(10);
    }
    long honest =
        victim.kad.contacts().stream()
            .filter(one -> one.endpoints().getFirst().getAddress().getAddress()[0] != 95)
            .count();
    assertThat(4 * honest)
        .as(trial + ": honest nodes of " + victim.kad.contacts().size())
        .isGreaterThan(victim.kad.contacts().size());
    List<KadWorld.Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      KadWorldNode target = world.nodes().get(world.random.nextInt(HONEST));
      if (target.number != victim.number) {
        world.lookUp(victim, target, outcomes);
        world.run(TimeUnit.SECONDS.toNanos(1));
      }
    }
    world.run(TimeUnit.SECONDS.toNanos(30));
    assertThat(outcomes).as(trial).isNotEmpty().allMatch(KadWorld.Outcome::found);
  }
}
