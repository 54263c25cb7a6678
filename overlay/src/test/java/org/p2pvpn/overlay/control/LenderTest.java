package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.wire.ControlMessage;

final class LenderTest {
  private final PeerBook book = new PeerBook(Path.of("unused"), TestPeers.OWN);
  private final Lender lender = new Lender(book);
  private final List<String> released = new ArrayList<>();

  /** Lends everyone the same: which one is not the point here. */
  private LeaseDesk desk() {
    return new LeaseDesk() {
      @Override
      public ControlMessage.LeaseGrant lend(byte[] clientNodeId, int salt, long nowNanos) {
        return new ControlMessage.LeaseGrant(0xf8000002, 1, 2, 0);
      }

      @Override
      public void release(byte[] clientNodeId) {
        released.add(HexFormat.of().formatHex(clientNodeId, 0, 4));
      }

      @Override
      public int clients() {
        return 1;
      }
    };
  }

  @Test
  void anExitToBeSaysNothingAndNoExitSaysSo() {
    Peer peer = TestPeers.add(book, 1, "oslo", Peer.Origin.ADVERT);
    assertThat(lender.answer(peer, 0, 0)).isInstanceOf(ControlMessage.LeaseRefusal.class);
    lender.announce();
    assertThat(lender.answer(peer, 0, 0)).isNull();
  }

  @Test
  void aGuestThatComesAsAPeerTakesItsLeaseAlong() {
    lender.open(desk());
    Peer known = TestPeers.add(book, 1, "oslo", Peer.Origin.ADVERT);
    Peer guest =
        book.addPassing(known.id, known.signingKey, known.staticKey, Peer.Origin.GUEST, null, 0);
    lender.answer(guest, 0, 0);
    AddressGuard.Pair lease = guest.lease;
    lender.answer(known, 0, 0);
    assertThat(known.lease).isEqualTo(lease);
    assertThat(guest.lease).isEqualTo(AddressGuard.Pair.NONE);
    lender.release(guest);
    assertThat(released).as("it is in use").isEmpty();
    lender.release(known);
    assertThat(released).hasSize(1);
  }
}
