package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.noise.Initiator;
import org.p2pvpn.noise.Introduction;
import org.p2pvpn.noise.Responder;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.identity.NodeId;

final class AdmissionTest {
  private static final InetSocketAddress ELSEWHERE = TestPeers.endpoint(200);

  @TempDir private Path folder;
  private final PeerBook book = new PeerBook(Path.of("never written"), TestPeers.OWN);
  private final Peer relay = TestPeers.add(book, 1, "relay", Peer.Origin.CONFIG);
  private Invites invites = new Invites(Path.of("set below"), new SecureRandom());
  private Admission admission = new Admission(book, invites, (_, _, _, _) -> null);

  @BeforeEach
  void open() {
    invites = new Invites(folder.resolve("invites"), new SecureRandom());
    admission = new Admission(book, invites, (_, _, _, _) -> null);
    TestPeers.connect(relay, 0);
    relay.session.moveTo(TestPeers.endpoint(1));
  }

  /** What a real initiation of this identity says. */
  private static Introduction introduction(int number, byte[] token) {
    Identity responder = TestPeers.identity(99);
    try (Initiator initiator =
        new Initiator(
            TestPeers.identity(number),
            Suite.AESGCM_SHA256,
            responder.staticKey(),
            5,
            1,
            token,
            null)) {
      byte[] initiation = initiator.initiation();
      return switch (Responder.open(responder, initiation, initiation.length)) {
        case Responder.Opened(Responder opened, Introduction introduction) -> {
          opened.close();
          yield introduction;
        }
        case org.p2pvpn.noise.HandshakeVerdict verdict -> throw new AssertionError(verdict);
      };
    }
  }

  private @Nullable Peer admit(int number, InetSocketAddress from, boolean carries) {
    return admission.admit(introduction(number, new byte[16]), from, carries, 0);
  }

  @Test
  void aNodeThatWeKnowComesFromAnywhere() {
    assertThat(admit(1, ELSEWHERE, false)).isSameAs(relay);
    assertThat(book.passingCount()).isZero();
  }

  /** What it is told to forget as a guest must not touch its session as a peer. */
  @Test
  void aNodeThatWeKnowAndThatAsksAsAGuestIsAGuest() {
    Peer guest = admission.admit(introduction(1, Standing.GUEST_TOKEN), ELSEWHERE, false, 0);
    assertThat(java.util.Objects.requireNonNull(guest).origin).isEqualTo(Peer.Origin.GUEST);
    assertThat(guest.id).isEqualTo(relay.id);
    assertThat(admission.admit(introduction(1, Standing.GUEST_TOKEN), ELSEWHERE, false, 0))
        .isSameAs(guest);
    assertThat(book.get(relay.id)).isSameAs(relay);
  }

  @Test
  void aStrangerComesByWayOfAConnectedPeerOnly() {
    assertThat(admit(7, ELSEWHERE, true)).isNull();
    Peer end = admit(7, TestPeers.endpoint(1), true);
    assertThat(end).isNotNull();
    assertThat(book.passing()).containsExactly(end);
    assertThat(java.util.Objects.requireNonNull(end).origin).isEqualTo(Peer.Origin.CIRCUIT);
  }

  @Test
  void thePeersAddressWithAnotherPortVouchesForNobody() {
    InetSocketAddress other =
        new InetSocketAddress(
            TestPeers.endpoint(1).getAddress(), 1 + TestPeers.endpoint(1).getPort());
    assertThat(admit(7, other, true)).isNull();
  }

  @Test
  void aPeerWithoutKeysVouchesForNobody() {
    relay.session.sendWith(null);
    assertThat(admit(7, TestPeers.endpoint(1), true)).isNull();
  }

  @Test
  void nobodyComesByCircuitWhereNoneAreCarried() {
    assertThat(admit(7, TestPeers.endpoint(1), false)).isNull();
  }

  @Test
  void anInviteGoesBeforeACircuit() {
    byte[] token =
        invites.issue(Duration.ofMinutes(1), false, System.currentTimeMillis()).toBytes();
    Peer joined = admission.admit(introduction(7, token), TestPeers.endpoint(1), true, 0);
    assertThat(java.util.Objects.requireNonNull(joined).origin).isEqualTo(Peer.Origin.JOINED);
    assertThat(book.passing()).isEmpty();
    try (Identity seven = TestPeers.identity(7)) {
      assertThat(book.get(NodeId.ofPublicKey(seven.signingKey()))).isSameAs(joined);
    }
  }

  @Test
  void aCircuitsEndComesBackAsItself() {
    Peer end = admit(7, TestPeers.endpoint(1), true);
    assertThat(admit(7, TestPeers.endpoint(1), true)).isSameAs(end);
    assertThat(admit(8, TestPeers.endpoint(1), true)).isNotSameAs(end);
    assertThat(book.passingCount()).isEqualTo(2);
  }

  /** Its client may have moved to another path, whose last relay we know as well. */
  @Test
  void aCircuitsEndThatIsThereComesFromAnywhere() {
    Peer end = admit(7, TestPeers.endpoint(1), true);
    assertThat(admit(7, ELSEWHERE, true)).isSameAs(end);
  }

  @Test
  void soManyCircuitsEndHereAndNoMore() {
    for (int i = 0; i < Admission.CIRCUITS_MAX; i++) {
      book.addPassing(relay.id, relay.signingKey, relay.staticKey, Peer.Origin.CIRCUIT, null, 0);
    }
    assertThat(admit(7, TestPeers.endpoint(1), true)).isNull();
    book.forget(book.passing().getFirst());
    assertThat(admit(7, TestPeers.endpoint(1), true)).isNotNull();
  }

  @Test
  void aHopOfOursIsNoCircuitsEnd() {
    try (Identity seven = TestPeers.identity(7)) {
      book.addPassing(
          NodeId.ofPublicKey(seven.signingKey()),
          seven.signingKey(),
          seven.staticKey(),
          Peer.Origin.HOP,
          null,
          0);
    }
    assertThat(admit(7, ELSEWHERE, true)).isNull();
  }
}
