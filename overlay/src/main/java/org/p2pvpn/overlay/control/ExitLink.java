package org.p2pvpn.overlay.control;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;

/**
 * Our use of an exit, from asking for a lease to losing the exit: a state and what moves it. Lives
 * on the control thread.
 */
final class ExitLink {
  /** Control messages may get lost; the exit answers a repeated request with the same lease. */
  private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Ours: with pings every 5 s, three unanswered. Until then the tunnel may just be slow. */
  static final long SILENT_AFTER_NANOS = TimeUnit.SECONDS.toNanos(15);

  /** Ours: of 65,000 addresses each one in use is drawn again once in a thousand years. */
  private static final int RIVALS_MAX = 4;

  /** Where we stand. */
  enum State {
    CONNECTING,
    CONNECTED,
    REFUSED
  }

  final Peer peer;
  private State state = State.CONNECTING;
  private String refusal = "";
  private @Nullable LeaseGrant lease;
  private long askedNanos;
  private boolean asking = true;
  private int salt;
  private int rivals;

  ExitLink(Peer peer, long nowNanos) {
    this.peer = peer;
    this.askedNanos = nowNanos - ASK_AGAIN_NANOS;
  }

  /** Whether a lease request is due. */
  boolean shouldAsk(long nowNanos) {
    if (!asking || !peer.isConnected() || nowNanos - askedNanos < ASK_AGAIN_NANOS) {
      return false;
    }
    askedNanos = nowNanos;
    return true;
  }

  /** A new epoch with the exit: it may have restarted and forgotten us. */
  void onEpoch() {
    asking = true;
  }

  /** Returns whether the lease is another than before. */
  boolean onGrant(LeaseGrant grant) {
    asking = false;
    state = State.CONNECTED;
    boolean changed = !grant.equals(lease);
    lease = grant;
    return changed;
  }

  /** It lends what another exit has lent us already: we ask for another lease, a few times. */
  void onRival(String other, int newSalt) {
    if (++rivals > RIVALS_MAX) {
      onRefusal(
          "it lends the address that %s lent us, and no other one; update it, or use one of the two"
              .formatted(other));
      return;
    }
    salt = newSalt;
    asking = true;
  }

  /** What the lease is asked for with. */
  int salt() {
    return salt;
  }

  void onRefusal(String reason) {
    asking = false;
    state = State.REFUSED;
    refusal = reason;
  }

  /** Called on each tick; notices that the exit fell silent. */
  void tick(long nowNanos) {
    if (state == State.CONNECTED
        && nowNanos - peer.session.lastReceivedNanos() >= SILENT_AFTER_NANOS) {
      state = State.CONNECTING;
      asking = true;
    }
  }

  State state() {
    return state;
  }

  String refusal() {
    return refusal;
  }

  @Nullable LeaseGrant lease() {
    return lease;
  }

  /** The lease as text, IPv4 first; empty while there is none. */
  List<String> leaseTexts() {
    return lease == null ? List.of() : InnerText.of(leasePair());
  }

  AddressGuard.Pair leasePair() {
    return lease == null
        ? AddressGuard.Pair.NONE
        : new AddressGuard.Pair(lease.ipv4(), lease.ipv6High(), lease.ipv6Low());
  }
}
