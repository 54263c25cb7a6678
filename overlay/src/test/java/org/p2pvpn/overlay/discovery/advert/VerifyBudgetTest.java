package org.p2pvpn.overlay.discovery.advert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.identity.NodeId;

final class VerifyBudgetTest {
  private static final long SECOND = 1_000_000_000;
  private static final NodeId[] PEERS =
      IntStream.range(0, 100).mapToObj(Sample::id).toArray(NodeId[]::new);

  private final VerifyBudget budget = new VerifyBudget(0);

  private int takenWithin(long fromNanos, long toNanos, boolean ofItself, NodeId... peers) {
    int taken = 0;
    for (long now = fromNanos; now < toNanos; now += SECOND / 20_000) {
      NodeId peer = peers[(int) (now / (SECOND / 20_000) % peers.length)];
      taken += budget.take(peer, ofItself, now) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void aPeerHasAShareOfItsOwn() {
    assertThat(takenWithin(0, SECOND, false, PEERS[0])).isBetween(25, 42);
    assertThat(takenWithin(SECOND, 2 * SECOND, false, PEERS[0])).isBetween(9, 17);
    assertThat(budget.take(PEERS[1], false, 2 * SECOND)).isTrue();
  }

  @Test
  void theNodeHasAShareForAll() {
    takenWithin(0, SECOND, false, PEERS);
    assertThat(takenWithin(SECOND, 2 * SECOND, false, PEERS)).isBetween(195, 201);
  }

  @Test
  void hearsayLeavesRoomForThoseWhoSpeakOfThemselves() {
    takenWithin(0, SECOND, false, PEERS);
    for (int i = 0; i < 20; i++) {
      assertThat(budget.take(Sample.id(500 + i), true, SECOND)).isTrue();
    }
  }

  @Test
  void whoIsPunishedHasNoneForAMinute() {
    budget.punish(PEERS[0], 0);
    assertThat(takenWithin(59 * SECOND, 60 * SECOND, true, PEERS[0])).isZero();
    assertThat(budget.take(PEERS[0], true, 61 * SECOND)).isTrue();
    assertThat(budget.take(PEERS[1], true, 61 * SECOND)).isTrue();
  }
}
