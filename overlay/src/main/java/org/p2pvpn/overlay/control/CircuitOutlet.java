package org.p2pvpn.overlay.control;

import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.wire.ControlMessage;

/** What the paths need of the rest of the control plane. */
interface CircuitOutlet {
  void send(Peer peer, ControlMessage message);

  /** By the way that the session is on. */
  default void probe(Session session, byte[] frame) {
    probe(session, null, frame);
  }

  /** By a way that the session is not on, or may leave meanwhile; null for its own. */
  void probe(Session session, @Nullable Way way, byte[] frame);

  /** Sends an echo request. */
  long ping(Peer peer, long nowNanos);

  /** Begins a handshake unless one is under way. */
  void call(Peer peer, long nowNanos);

  /** One initiation through other sessions; {@code index} is our receiver index. */
  void initiate(Peer hop, int index, Way way, long nowNanos);

  /** A receiver index that is free, or 0. */
  int newIndex(Peer hop);

  /** Ends the keys of a hop and forgets it. */
  void forget(Peer hop, long nowNanos);

  /**
   * A path to another exit stands, and new connections may leave by it while old ones stay. Returns
   * whether it is taken; then it is the caller's no longer.
   */
  default boolean changeExit(CircuitPath standby, long nowNanos) {
    return false;
  }

  /** This is the exit from now on. */
  void onExit(Peer exit, long nowNanos);
}
