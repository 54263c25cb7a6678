package org.p2pvpn.overlay.control;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * As what we come to others: as a peer to those who may know us, and else as a guest, whom whoever
 * serves lets in to ask, to be led on, and out to the internet. Lives on the control thread.
 */
final class Standing {
  /** In the place of an invite's token: let me in though you do not know me. */
  static final byte[] GUEST_TOKEN = "p2pvpn lookup 1\0".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] NO_TOKEN = new byte[GUEST_TOKEN.length];

  /** Ours: by then an advert is everywhere, and the keys of a guest are half as old as they get. */
  private static final long TURNED_AWAY_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final BooleanSupplier isKnown;

  /** {@code isKnown}: whether strangers let us in, for our advert or as a member. */
  Standing(BooleanSupplier isKnown) {
    this.isKnown = isKnown;
  }

  /** As what we came, or else would come. */
  boolean isGuestAt(Peer peer) {
    if (peer.origin != Peer.Origin.ADVERT || peer.knowsUs) {
      return false;
    }
    return peer.isConnected() ? isShownAsGuest(peer) : !isKnown.getAsBoolean();
  }

  private static boolean isShownAsGuest(Peer peer) {
    return Arrays.equals(peer.token, GUEST_TOKEN);
  }

  /**
   * Before it is called: whom we know by an advert only, and who has not come to us as a peer,
   * knows nothing of us unless our own advert is out.
   */
  void prepare(Peer peer, long nowNanos) {
    if (peer.origin == Peer.Origin.ADVERT) {
      boolean turnedAway =
          peer.turnedAwayNanos != 0 && nowNanos - peer.turnedAwayNanos < TURNED_AWAY_NANOS;
      boolean comesAsGuest = !peer.knowsUs && (turnedAway || !isKnown.getAsBoolean());
      peer.token = comesAsGuest ? GUEST_TOKEN : NO_TOKEN;
    }
  }

  /** It does not know us yet. Whether we have something better to come as, for the next minute. */
  boolean onTurnedAway(Peer peer, long nowNanos) {
    if (peer.origin != Peer.Origin.ADVERT || isShownAsGuest(peer)) {
      return false;
    }
    peer.turnedAwayNanos = nowNanos;
    return true;
  }
}
