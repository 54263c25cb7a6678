package org.p2pvpn.overlay.control;

import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Session;

/** What reaches the control thread from others. */
sealed interface ControlEvent {
  /** An authentic control message, without its frame byte. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Message(Session session, byte[] bytes) implements ControlEvent {}

  /** Our probe came back: frame byte and id. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Echoed(Session session, byte[] echo) implements ControlEvent {}

  /** The initiator has shown that it has the keys. */
  record Confirmed(Epoch epoch) implements ControlEvent {}

  /** A packet waits for keys. */
  record Waiting(Session session) implements ControlEvent {}

  /** Something another thread wants done here. */
  record Call(Runnable action) implements ControlEvent {}
}
