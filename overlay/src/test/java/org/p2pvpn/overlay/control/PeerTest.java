package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where a peer is called. */
final class PeerTest {
  private static final InetSocketAddress CONFIGURED = TestPeers.endpoint(1);
  private static final InetSocketAddress OTHER = TestPeers.endpoint(2);
  private static final InetSocketAddress THIRD = TestPeers.endpoint(3);

  private final Random random = new Random(1);
  private final Peer peer =
      TestPeers.add(new PeerBook(Path.of("unused"), TestPeers.OWN), 1, "bob", Peer.Origin.CONFIG);

  /** One initiation after another, none answered. */
  private List<@Nullable InetSocketAddress> called(int times) {
    List<@Nullable InetSocketAddress> called = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      HandshakeRetry before = peer.retry;
      peer.retry =
          before == null ? HandshakeRetry.first(0, random) : before.afterSending(0, random);
      called.add(peer.nextEndpoint(0));
    }
    return called;
  }

  @Test
  void thePlacesHaveTheirTurnsAsTheyWereLearned() {
    peer.learn(OTHER);
    assertThat(called(3)).containsExactly(CONFIGURED, OTHER, CONFIGURED);
  }

  /** Its advert names a tunnel inside ours, or a slower link: that is where it is not. */
  @Test
  void newKeysDoNotMoveASession() {
    peer.learn(OTHER);
    peer.learn(THIRD);
    peer.session.moveTo(OTHER);
    assertThat(called(4)).containsExactly(OTHER, CONFIGURED, THIRD, OTHER);
  }

  @Test
  void whereItIsAndNobodySaidIsCalledFirst() {
    peer.session.moveTo(THIRD);
    assertThat(called(3)).containsExactly(THIRD, CONFIGURED, THIRD);
  }
}
