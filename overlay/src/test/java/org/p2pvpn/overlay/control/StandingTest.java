package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class StandingTest {
  private final PeerBook book = new PeerBook(Path.of("unused"), TestPeers.OWN);
  private final Peer stranger = TestPeers.add(book, 1, "stranger", Peer.Origin.ADVERT);
  private final Peer inviter = TestPeers.add(book, 2, "inviter", Peer.Origin.INVITE);
  private static final long NOW = 1;
  private boolean known;
  private final Standing standing = new Standing(() -> known);

  private boolean comesAsGuest(Peer peer) {
    standing.prepare(peer, NOW);
    return standing.isGuestAt(peer);
  }

  @Test
  void whoServesNobodyIsAGuestWhereItHasNoInvite() {
    byte[] token = inviter.token;
    assertThat(comesAsGuest(stranger)).isTrue();
    assertThat(stranger.token).isEqualTo(Standing.GUEST_TOKEN);
    assertThat(comesAsGuest(inviter)).isFalse();
    assertThat(inviter.token).isSameAs(token);
  }

  @Test
  void whoServesComesAsAPeer() {
    known = true;
    assertThat(comesAsGuest(stranger)).isFalse();
    assertThat(stranger.token).containsOnly(0);
  }

  @Test
  void whoCameToUsAsAPeerHasUsAsOne() {
    comesAsGuest(stranger);
    stranger.knowsUs = true;
    assertThat(comesAsGuest(stranger)).isFalse();
    assertThat(stranger.token).containsOnly(0);
  }

  @Test
  void whoIsTurnedAwayComesAsAGuestForAMinute() {
    known = true;
    comesAsGuest(stranger);
    assertThat(standing.onTurnedAway(stranger, NOW)).isTrue();
    assertThat(comesAsGuest(stranger)).as("routes go by what it is once it is connected").isFalse();
    assertThat(stranger.token).isEqualTo(Standing.GUEST_TOKEN);
    TestPeers.connect(stranger, NOW);
    assertThat(standing.isGuestAt(stranger)).isTrue();
    standing.prepare(stranger, NOW + TimeUnit.SECONDS.toNanos(60));
    assertThat(stranger.token).containsOnly(0);
  }

  @Test
  void aGuestWhoIsTurnedAwayHasNothingBetter() {
    comesAsGuest(stranger);
    assertThat(standing.onTurnedAway(stranger, NOW)).isFalse();
    assertThat(standing.onTurnedAway(inviter, NOW)).as("its invite is no good").isFalse();
  }

  @Test
  void whatAGuestIsStaysUntilItsNextKeys() {
    comesAsGuest(stranger);
    TestPeers.connect(stranger, NOW);
    known = true;
    assertThat(standing.isGuestAt(stranger)).isTrue();
    assertThat(comesAsGuest(stranger)).isFalse();
  }
}
