package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;

/** Which ways are asked about, and what their sessions are told. */
final class PathMtusTest {
  private static final long SECOND = 1000 * ReachWorld.MILLI;
  private static final int FULL = 1440;
  private static final int LAYER = 37;

  private final ReachWorld world = new ReachWorld();
  private final Peer peer = world.connected(1);

  private void use() {
    peer.session.onSent(100_000, world.now);
  }

  private void answer() {
    if (asked().getLast() > world.ownLinkTakes) {
      return;
    }
    world.reach.mtus().onPong(peer, world.probes.getLast().id(), world.now);
  }

  private List<Integer> asked() {
    return world.probes.stream().map(ReachWorld.Probed::datagramBytes).toList();
  }

  /** Down to 1280, of which only the base is answered. */
  private void findNarrow() {
    use();
    for (int i = 0; i < 200; i++) {
      world.pass(SECOND / 10);
      if (!world.probes.isEmpty() && world.probes.getLast().datagramBytes() == 1252) {
        answer();
      }
    }
    assertThat(peer.session.datagramBytesMax()).isEqualTo(1252);
  }

  @Test
  void aSessionWithoutTrafficIsNotAsked() {
    world.pass(100 * SECOND);
    assertThat(world.probes).isEmpty();
  }

  @Test
  void aSessionInUseIsAskedForWhatTheTunnelMakes() {
    use();
    world.pass(SECOND / 10);
    assertThat(asked()).containsExactly(FULL);
    answer();
    world.pass(50 * SECOND);
    assertThat(asked()).hasSize(1);
    assertThat(peer.session.datagramBytesMax()).isEqualTo(Session.ANY_SIZE);
  }

  @Test
  void aNarrowWayLimitsItsSession() {
    findNarrow();
    assertThat(Objects.requireNonNull(peer.pathMtu).mtuBytes()).isEqualTo(1280);
  }

  @Test
  void aPeerThatMovesIsAskedAnewAndNotLimitedMeanwhile() {
    findNarrow();
    peer.session.moveTo(TestPeers.endpoint(9));
    world.pass(SECOND / 10);
    assertThat(asked().getLast()).isEqualTo(FULL);
    assertThat(peer.session.datagramBytesMax()).isEqualTo(Session.ANY_SIZE);
  }

  @Test
  void whenWeMoveNothingOfTheOldWaysHolds() {
    findNarrow();
    world.reach.onMoved(List.of(TestPeers.endpoint(8)), world.now);
    assertThat(peer.session.datagramBytesMax()).isEqualTo(Session.ANY_SIZE);
  }

  @Test
  void theFirstHopOfAWayIsAskedAtOnceForTheLayersInside() {
    Peer far = world.connected(2);
    far.session.way(new Way(List.of(peer.session, world.connected(3).session)));
    world.pass(SECOND / 10);
    assertThat(asked()).containsExactly(FULL + 2 * LAYER);
  }

  @Test
  void whatIsNestedIsNotAskedItself() {
    Peer far = world.connected(2);
    far.session.way(new Way(List.of(peer.session)));
    far.session.onSent(100_000, world.now);
    world.pass(SECOND);
    assertThat(world.probes).extracting(ReachWorld.Probed::session).containsOnly(peer.session);
  }

  @Test
  void whatOurOwnLinkRefusesIsFoundInAMoment() {
    world.ownLinkTakes = 1372;
    use();
    for (int i = 0; i < 20; i++) {
      world.pass(SECOND / 20);
      answer();
    }
    assertThat(peer.session.datagramBytesMax()).isEqualTo(1372);
  }

  @Test
  void whileAnAnswerIsMissingTheLoopDoesNotSleepOverIt() {
    assertThat(world.reach.mtus().waitNanos(world.now)).isEqualTo(Long.MAX_VALUE);
    use();
    world.pass(SECOND / 20);
    assertThat(world.reach.mtus().waitNanos(world.now)).isBetween(1L, SECOND);
    answer();
    world.pass(SECOND);
    assertThat(world.reach.mtus().waitNanos(world.now)).isEqualTo(Long.MAX_VALUE);
  }
}
