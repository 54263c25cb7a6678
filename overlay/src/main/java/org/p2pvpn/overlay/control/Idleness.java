package org.p2pvpn.overlay.control;

/**
 * Whether nothing happens here, which is most of a node's life: nobody is looked for, nothing
 * passes, nobody uses an exit, and no packet went by since the last tick. Lives on the control
 * thread.
 */
final class Idleness {
  private final PeerBook peers;
  private final Network network;
  private final RelayDesk relays;
  private final Exits exits;
  private long carriedBytes;
  private boolean carries;

  Idleness(PeerBook peers, Network network, RelayDesk relays, Exits exits) {
    this.peers = peers;
    this.network = network;
    this.relays = relays;
    this.exits = exits;
  }

  /** Once a tick. */
  void look() {
    long bytes = 0;
    for (Peer peer : peers.all()) {
      bytes += peer.session.sentBytes() + peer.session.receivedBytes();
    }
    carries = bytes != carriedBytes;
    carriedBytes = bytes;
  }

  /** How long after a tick the next one may come. */
  long patienceNanos() {
    boolean idle = !carries && network.isIdle() && relays.count() == 0 && !exits.isUsed();
    return idle ? ControlLoop.IDLE_TICK_NANOS : ControlLoop.QUIET_TICK_NANOS;
  }
}
