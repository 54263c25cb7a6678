package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;

final class ExitLinkTest {
  private static final long BEGAN = 9_000_000_000L;
  private static final long HALF_SECOND = TimeUnit.MILLISECONDS.toNanos(500);
  private static final LeaseGrant LEASE = new LeaseGrant(0xF800_0005, 0, 0, 0xF800_0001);

  private final Peer peer =
      TestPeers.add(new PeerBook(Path.of("unused"), TestPeers.OWN), 1, "exit", Peer.Origin.CONFIG);
  private final ExitLink link = new ExitLink(peer, BEGAN);

  @Test
  void asksOnlyWhenThereAreKeys() {
    assertThat(link.shouldAsk(BEGAN)).isFalse();
    TestPeers.connect(peer, BEGAN);
    assertThat(link.shouldAsk(BEGAN)).isTrue();
  }

  @Test
  void asksAgainEachHalfSecondUntilItIsAnswered() {
    TestPeers.connect(peer, BEGAN);
    assertThat(link.shouldAsk(BEGAN)).isTrue();
    assertThat(link.shouldAsk(BEGAN + HALF_SECOND - 1)).isFalse();
    assertThat(link.shouldAsk(BEGAN + HALF_SECOND)).isTrue();
    link.onGrant(LEASE);
    assertThat(link.shouldAsk(BEGAN + 10 * HALF_SECOND)).isFalse();
  }

  @Test
  void saysWhetherTheLeaseIsAnotherThanBefore() {
    assertThat(link.state()).isEqualTo(ExitLink.State.CONNECTING);
    assertThat(link.onGrant(LEASE)).isTrue();
    assertThat(link.state()).isEqualTo(ExitLink.State.CONNECTED);
    assertThat(link.onGrant(LEASE)).isFalse();
    assertThat(link.onGrant(new LeaseGrant(0xF800_0006, 0, 0, 0xF800_0001))).isTrue();
  }

  @Test
  void aNewEpochAsksAgainSinceTheExitMayHaveForgottenUs() {
    TestPeers.connect(peer, BEGAN);
    assertThat(link.shouldAsk(BEGAN)).isTrue();
    link.onGrant(LEASE);
    link.onEpoch();
    assertThat(link.shouldAsk(BEGAN + HALF_SECOND)).isTrue();
    assertThat(link.lease()).isEqualTo(LEASE);
  }

  @Test
  void aRefusalKeepsItsReason() {
    TestPeers.connect(peer, BEGAN);
    link.onRefusal("it is no exit");
    assertThat(link.state()).isEqualTo(ExitLink.State.REFUSED);
    assertThat(link.refusal()).isEqualTo("it is no exit");
    assertThat(link.shouldAsk(BEGAN + 10 * HALF_SECOND)).isFalse();
  }

  @Test
  void noticesAfterFifteenSecondsThatTheExitFellSilent() {
    TestPeers.connect(peer, BEGAN);
    link.onGrant(LEASE);
    link.tick(BEGAN + ExitLink.SILENT_AFTER_NANOS - 1);
    assertThat(link.state()).isEqualTo(ExitLink.State.CONNECTED);
    link.tick(BEGAN + ExitLink.SILENT_AFTER_NANOS);
    assertThat(link.state()).isEqualTo(ExitLink.State.CONNECTING);
    assertThat(link.shouldAsk(BEGAN + ExitLink.SILENT_AFTER_NANOS)).isTrue();
  }

  @Test
  void showsTheLeaseItHas() {
    assertThat(link.leaseTexts()).isEmpty();
    assertThat(link.leasePair()).isEqualTo(AddressGuard.Pair.NONE);
    link.onGrant(LEASE);
    assertThat(link.leaseTexts()).containsExactly("248.0.0.5");
    assertThat(link.leasePair()).isEqualTo(new AddressGuard.Pair(0xF800_0005, 0, 0));
  }
}
