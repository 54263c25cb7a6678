package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Epochs;

final class CircuitPathTest {
  private final PeerBook book = new PeerBook(Path.of("never written"), TestPeers.OWN);
  private final Peer guard = TestPeers.add(book, 1, "guard", Peer.Origin.CONFIG);
  private final Peer middle = TestPeers.add(book, 2, "middle", Peer.Origin.CONFIG);
  private final Peer exit = TestPeers.add(book, 3, "exit", Peer.Origin.CONFIG);
  private final CircuitPath path = new CircuitPath(List.of(guard, middle, exit), 0);

  private static void keys(Peer peer, int index) {
    peer.session.sendWith(
        new Epoch(peer.session, Epochs.keys(Suite.AESGCM_SHA256, 1, 2), index, 2, true, 1, 0));
  }

  private void keysOfAll(int exitIndex) {
    keys(guard, 1);
    keys(middle, 2);
    keys(exit, exitIndex);
  }

  @Test
  void eachHopLiesBehindAllBeforeIt() {
    assertThat(path.wayTo(middle).hops()).containsExactly(guard.session);
    assertThat(path.wayTo(exit).hops()).containsExactly(guard.session, middle.session);
    assertThat(path.before(middle)).isSameAs(guard);
    assertThat(path.before(exit)).isSameAs(middle);
    assertThat(path.relays()).containsExactly(guard, middle);
    assertThat(path.exit()).isSameAs(exit);
  }

  @Test
  void theFirstHopWithoutKeysIsTheOneToBuild() {
    assertThat(path.firstUnconnected()).isSameAs(guard);
    keys(guard, 1);
    keys(exit, 3);
    assertThat(path.firstUnconnected()).isSameAs(middle);
    keys(middle, 2);
    assertThat(path.firstUnconnected()).isNull();
  }

  @Test
  void isOpenWhenTheExitsAnswersFindBack() {
    keysOfAll(7);
    assertThat(path.isOpen()).isFalse();
    path.onAsked(7, exit);
    assertThat(path.isOpen()).isFalse();
    assertThat(path.onAnswered(middle, 7, true)).isSameAs(exit);
    assertThat(path.isOpen()).isTrue();
    keys(exit, 8);
    assertThat(path.isOpen()).isFalse();
    keys(exit, 7);
    middle.session.sendWith(null);
    assertThat(path.isOpen()).isFalse();
  }

  @Test
  void aRefusalOpensNothing() {
    keysOfAll(7);
    path.onAsked(7, exit);
    assertThat(path.onAnswered(middle, 7, false)).isSameAs(exit);
    assertThat(path.isOpen()).isFalse();
  }

  @Test
  void onlyTheRelayThatWasAskedAnswersAndOnce() {
    keysOfAll(7);
    path.onAsked(7, exit);
    assertThat(path.onAnswered(guard, 7, true)).isNull();
    assertThat(path.onAnswered(middle, 9, true)).isNull();
    assertThat(path.isOpen()).isFalse();
    assertThat(path.onAnswered(middle, 7, true)).isSameAs(exit);
    assertThat(path.onAnswered(middle, 7, true)).isNull();
  }

  @Test
  void aMiddleHopsIndexDoesNotAttachTheExit() {
    keysOfAll(7);
    path.onAsked(7, middle);
    path.onAnswered(guard, 7, true);
    assertThat(path.isAttached()).isFalse();
  }

  @Test
  void remembersTheIndexesOfTheKeysThatLiveAndNoMore() {
    keysOfAll(1);
    for (int index = 1; index <= 9; index++) {
      path.onAsked(index, exit);
      path.onAnswered(middle, index, true);
    }
    assertThat(path.isAttached()).isFalse();
    for (int index = 2; index <= 9; index++) {
      keys(exit, index);
      assertThat(path.isAttached()).isTrue();
    }
  }

  @Test
  void asksForTheExitsAnswersNowAndThen() {
    assertThat(path.shouldAttach(0, 300)).isFalse();
    keysOfAll(7);
    assertThat(path.shouldAttach(0, 300)).isTrue();
    assertThat(path.shouldAttach(299, 300)).isFalse();
    assertThat(path.shouldAttach(300, 300)).isTrue();
    path.onAsked(7, exit);
    path.onAnswered(middle, 7, true);
    assertThat(path.shouldAttach(900, 300)).isFalse();
  }

  @Test
  void theFirstTroubleIsTheReason() {
    assertThat(path.trouble()).isNull();
    path.fail("first");
    path.fail("second");
    assertThat(path.trouble()).isEqualTo("first");
  }
}
