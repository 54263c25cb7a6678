package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.discovery.advert.Advert;
import org.p2pvpn.overlay.discovery.advert.AdvertSigner;
import org.p2pvpn.overlay.discovery.advert.Capacity;
import org.p2pvpn.overlay.discovery.advert.Claims;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.discovery.advert.Place;
import org.p2pvpn.overlay.discovery.advert.Protocols;
import org.p2pvpn.overlay.discovery.advert.Role;
import org.p2pvpn.overlay.discovery.advert.Validity;
import org.p2pvpn.overlay.discovery.advert.WorkPuzzle;
import org.p2pvpn.overlay.discovery.kad.Contact;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.KadMessage;

/** Whom lookups call, and as what. */
final class DhtTest {
  private static final long BEGAN_SECONDS = 1_800_000_000;

  @TempDir private Path folder;
  private final PeerBook book = new PeerBook(Path.of("never written"), TestPeers.OWN);
  private final List<Peer> initiated = new ArrayList<>();
  private final List<Peer> sentTo = new ArrayList<>();
  private boolean hidden;

  private static Moment at(long seconds) {
    return new Moment(BEGAN_SECONDS + seconds, TimeUnit.SECONDS.toNanos(seconds));
  }

  private Dht dht() {
    Dht.Outlet outlet =
        new Dht.Outlet() {
          @Override
          public void send(Peer peer, ControlMessage message) {
            sentTo.add(peer);
          }

          @Override
          public void onKnown() {}

          @Override
          public void initiate(Peer peer, long nowNanos) {
            initiated.add(peer);
          }

          @Override
          public void forget(Peer peer, long nowNanos) {
            book.forget(peer);
          }

          @Override
          public boolean isHidden(NodeId node, boolean saysItIsAnExit) {
            return hidden;
          }
        };
    Identity self = TestPeers.identity(99);
    Path adverts = folder.resolve("adverts");
    return new Dht(
        NodeId.ofPublicKey(self.signingKey()),
        folder.resolve("table"),
        book,
        new Adverts(self, adverts, new WorkPuzzle(0), book, new Random(1), outlet, at(0)),
        new Random(1),
        outlet,
        at(0));
  }

  private static Contact contact(int number) {
    AdvertSigner signer = new AdvertSigner(TestPeers.identity(number));
    Validity validity = new Validity(1, BEGAN_SECONDS, BEGAN_SECONDS + 900);
    Claims claims =
        new Claims(
            List.of(TestPeers.endpoint(number)),
            Set.of(Role.RELAY),
            Place.UNSAID,
            Capacity.UNSAID,
            new Protocols(List.of(1), List.of(1), "p2pvpn"),
            null,
            null,
            "",
            0);
    return new Contact(signer.sign(claims, validity), new Advert(signer.keys(), validity, claims));
  }

  private static KadMessage question(int query) {
    return new KadMessage.Find(query, NodeId.ofPublicKey(new byte[32]));
  }

  /** A peer made by a lookup had no route, and its session let no packet in. */
  @Test
  void whoIsCalledForALookupIsAGuestAndNoPeer() {
    Dht dht = dht();
    Contact bob = contact(7);
    dht.ask(bob, List.of(), question(1));
    assertThat(book.all()).isEmpty();
    Peer guest = Objects.requireNonNull(book.findGuest(bob.id()));
    assertThat(initiated).containsExactly(guest);
    assertThat(guest.token).isEqualTo(Standing.GUEST_TOKEN);
    assertThat(dht.stays(guest, TimeUnit.HOURS.toNanos(1))).isTrue();
    TestPeers.connect(guest, 0);
    dht.onConnected(guest, at(1));
    assertThat(sentTo).containsExactly(guest);
    dht.ask(bob, List.of(), question(2));
    assertThat(sentTo).hasSize(2);
    assertThat(initiated).hasSize(1);
  }

  @Test
  void aPeerThatIsConnectedIsAskedAsSuchAndOneThatIsNotAsAGuest() {
    Dht dht = dht();
    Peer bob = TestPeers.add(book, 7, "bob", Peer.Origin.ADVERT);
    dht.ask(contact(7), List.of(), question(1));
    assertThat(bob.token).isNotEqualTo(Standing.GUEST_TOKEN);
    assertThat(initiated).containsExactly(book.findGuest(bob.id)).doesNotContain(bob);
    TestPeers.connect(bob, 0);
    dht.ask(contact(7), List.of(), question(2));
    assertThat(sentTo).containsExactly(bob);
  }

  @Test
  void whoNeverAnsweredIsForgottenAndMayBeCalledAgain() {
    Dht dht = dht();
    dht.ask(contact(7), List.of(), question(1));
    dht.onTick(at(31)); // whoever asked has given up
    dht.onTick(at(62));
    assertThat(book.passing()).isEmpty();
    dht.ask(contact(7), List.of(), question(2));
    assertThat(initiated).hasSize(2);
  }

  @Test
  void whoMustNotSeeUsIsNotCalled() {
    hidden = true;
    dht().ask(contact(7), List.of(), question(1));
    assertThat(initiated).isEmpty();
    assertThat(book.passing()).isEmpty();
  }
}
