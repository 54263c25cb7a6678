package org.p2pvpn.overlay.control;

import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * As what we come to others: as a peer to those who may know us, and else as a guest, whom whoever
 * serves lets in to ask, to be led on, and out to the internet. Lives on the control thread.
 */
final class Standing {
  /** In the place of an invite's token: let me in though you do not know me. */
  static final byte[] GUEST_TOKEN = "p2pvpn lookup 1\0".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] NO_TOKEN = new byte[GUEST_TOKEN.length];

  private final BooleanSupplier isKnown;

  /** {@code isKnown}: whether strangers let us in, for our advert or as a member. */
  Standing(BooleanSupplier isKnown) {
    this.isKnown = isKnown;
  }

  /** Whom we know by an advert only, and who has not come to us as a peer, knows nothing of us. */
  boolean isGuestAt(Peer peer) {
    return peer.origin == Peer.Origin.ADVERT && !peer.knowsUs && !isKnown.getAsBoolean();
  }

  /** Before it is called. */
  void prepare(Peer peer) {
    if (peer.origin == Peer.Origin.ADVERT) {
      peer.token = isGuestAt(peer) ? GUEST_TOKEN : NO_TOKEN;
    }
  }
}
