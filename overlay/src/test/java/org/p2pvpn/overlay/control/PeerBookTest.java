package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.overlay.identity.NodeAddress;

final class PeerBookTest {
  @TempDir private Path folder;
  private PeerBook book = new PeerBook(Path.of("set below"), TestPeers.OWN);

  @BeforeEach
  void open() {
    book = reopened();
  }

  private PeerBook reopened() {
    return new PeerBook(folder.resolve("peers"), TestPeers.OWN);
  }

  @Test
  void findsAPeerByEverythingAnOperatorMayType() {
    Peer peer = TestPeers.add(book, 1, "Berlin", Peer.Origin.CONFIG);
    TestPeers.add(book, 2, "oslo", Peer.Origin.CONFIG);
    assertThat(book.find("berlin")).isSameAs(peer);
    assertThat(book.find(peer.id.toString())).isSameAs(peer);
    assertThat(book.find(peer.id.toString().substring(0, 8))).isSameAs(peer);
    for (String address : peer.overlayTexts()) {
      assertThat(book.find(address)).isSameAs(peer);
    }
    assertThat(book.of(peer.session)).isSameAs(peer);
    assertThat(book.get(peer.id)).isSameAs(peer);
  }

  @Test
  void saysWhichNameMeansNobody() {
    assertThatExceptionOfType(ControlException.class)
        .isThrownBy(() -> book.find("paris"))
        .withMessage("node \"paris\": not known here")
        .matches(e -> e.next().equals("p2pvpn peers"));
  }

  @Test
  void aBeginningOfLessThanFourDigitsMeansNobody() {
    Peer peer = TestPeers.add(book, 1, "berlin", Peer.Origin.CONFIG);
    assertThatExceptionOfType(ControlException.class)
        .isThrownBy(() -> book.find(peer.id.toString().substring(0, 3)));
  }

  @Test
  void aPeerCannotTakeTheNameThatTheOperatorGaveToAnother() {
    TestPeers.add(book, 1, "berlin", Peer.Origin.JOINED);
    Peer exit = book.add(TestPeers.address(2, null), "berlin", Peer.Origin.CONFIG, List.of(), 0);
    assertThat(book.find("berlin")).isSameAs(exit);
  }

  @Test
  void aNameThatTwoPeersGaveThemselvesMeansNeither() {
    TestPeers.add(book, 1, "berlin", Peer.Origin.JOINED);
    TestPeers.add(book, 2, "berlin", Peer.Origin.JOINED);
    assertThatExceptionOfType(ControlException.class)
        .isThrownBy(() -> book.find("berlin"))
        .withMessage("node \"berlin\": more than one is called or begins so");
  }

  @Test
  void addingAPeerAgainBringsItUpToDate() {
    Peer peer = TestPeers.add(book, 1, "berlin", Peer.Origin.INVITE);
    InetSocketAddress moved = TestPeers.endpoint(99);
    Peer again =
        book.add(TestPeers.address(1, "x"), "home", Peer.Origin.CONFIG, List.of(moved, moved), 0);
    assertThat(again).isSameAs(peer);
    assertThat(peer.candidates).containsExactly(TestPeers.endpoint(1), moved);
    assertThat(peer.name).isEqualTo("home");
    assertThat(book.all()).hasSize(1);
  }

  @Test
  void theOperatorsNameStays() {
    book.add(TestPeers.address(1, null), "home", Peer.Origin.CONFIG, List.of(), 0);
    Peer peer = book.add(TestPeers.address(1, "evil"), null, Peer.Origin.INVITE, List.of(), 0);
    assertThat(peer.name).isEqualTo("home");
  }

  @Test
  void remembersThoseThatNoConfigNamesWithWhereTheyAnsweredLast() {
    Peer joined = TestPeers.add(book, 1, "berlin", Peer.Origin.JOINED);
    Peer configured = TestPeers.add(book, 2, "oslo", Peer.Origin.CONFIG);
    TestPeers.connect(joined, 5);
    TestPeers.connect(configured, 5);
    joined.session.moveTo(new InetSocketAddress("2001:db8::7", 7));
    configured.session.moveTo(TestPeers.endpoint(2));
    book.writeKnown();
    List<NodeAddress> known = reopened().readKnown();
    assertThat(known).hasSize(1);
    assertThat(known.getFirst().nodeId()).isEqualTo(joined.id);
    assertThat(known.getFirst().name()).isEqualTo("berlin");
    assertThat(known.getFirst().hosts().getFirst().port()).isEqualTo(7);
  }

  /** Its invite is spent: if we forgot it, it could never come back. */
  @Test
  void remembersAPeerThatDidNotCallDuringAWholeRun() {
    TestPeers.add(book, 1, "berlin", Peer.Origin.JOINED);
    book.writeKnown();
    assertThat(reopened().readKnown())
        .extracting(NodeAddress::nodeId)
        .containsExactly(TestPeers.address(1, null).nodeId());
  }

  @Test
  void aBrokenLineCostsThatLineOnly() throws IOException {
    Files.writeString(
        folder.resolve("peers"), "p2pvpn://nonsense\n\n" + TestPeers.address(3, "oslo") + "\n");
    assertThat(book.readKnown()).hasSize(1);
  }

  @Test
  void knowsNobodyOnTheFirstStart() {
    assertThat(book.readKnown()).isEmpty();
  }

  private Peer passing(int number, Peer.Origin origin) {
    NodeAddress address = TestPeers.address(number, null);
    return book.addPassing(
        address.nodeId(), address.ed25519PublicKey(), address.x25519PublicKey(), origin, null, 0);
  }

  @Test
  void aPassingPeerIsFoundByItsSessionAndNotByItsName() {
    Peer end = passing(1, Peer.Origin.CIRCUIT);
    assertThat(book.of(end.session)).isSameAs(end);
    assertThat(book.get(end.id)).isNull();
    assertThat(book.all()).isEmpty();
    assertThatExceptionOfType(ControlException.class)
        .isThrownBy(() -> book.find(end.id.toString()));
    assertThat(book.findPassing(end.staticKey)).isSameAs(end);
  }

  @Test
  void aFreedIndexNeverMapsAnOldSessionToANewPeer() {
    Peer old = passing(1, Peer.Origin.CIRCUIT);
    book.forget(old);
    assertThat(book.of(old.session)).isNull();
    Peer next = passing(2, Peer.Origin.CIRCUIT);
    assertThat(next.session.peerIndex()).isEqualTo(old.session.peerIndex());
    assertThat(book.of(old.session)).isNull();
    assertThat(book.of(next.session)).isSameAs(next);
    assertThat(book.findPassing(old.staticKey)).isNull();
  }

  @Test
  void anIndexIsFreedOnce() {
    Peer old = passing(1, Peer.Origin.CIRCUIT);
    book.forget(old);
    book.forget(old);
    Peer second = passing(2, Peer.Origin.CIRCUIT);
    Peer third = passing(3, Peer.Origin.CIRCUIT);
    assertThat(second.session.peerIndex()).isNotEqualTo(third.session.peerIndex());
    assertThat(book.of(second.session)).isSameAs(second);
    assertThat(book.of(third.session)).isSameAs(third);
  }

  @Test
  void aLastingPeerMayGetTheIndexOfAPassingOne() {
    Peer old = passing(1, Peer.Origin.HOP);
    book.forget(old);
    Peer lasting = TestPeers.add(book, 2, "oslo", Peer.Origin.CONFIG);
    assertThat(book.of(lasting.session)).isSameAs(lasting);
    assertThat(book.of(old.session)).isNull();
    book.forget(old);
    assertThat(book.of(lasting.session)).isSameAs(lasting);
    book.forget(lasting);
    assertThat(book.of(lasting.session)).as("lasting peers last").isSameAs(lasting);
    assertThat(book.get(lasting.id)).isSameAs(lasting);
  }

  @Test
  void passingPeersAreNotWrittenDown() {
    Peer end = passing(1, Peer.Origin.CIRCUIT);
    TestPeers.connect(end, 5);
    end.session.moveTo(TestPeers.endpoint(1));
    book.writeKnown();
    assertThat(reopened().readKnown()).isEmpty();
  }

  @Test
  void aNodeThatCameAsAGuestAndAsAPeerIsOneNode() {
    Peer guest = passing(1, Peer.Origin.GUEST);
    assertThat(book.twin(guest)).isNull();
    Peer known = TestPeers.add(book, 1, "oslo", Peer.Origin.ADVERT);
    assertThat(book.twin(guest)).isSameAs(known);
    assertThat(book.twin(known)).isSameAs(guest);
    assertThat(book.twin(TestPeers.add(book, 2, "rome", Peer.Origin.ADVERT))).isNull();
  }
}
