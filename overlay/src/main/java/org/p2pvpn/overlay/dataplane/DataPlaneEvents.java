package org.p2pvpn.overlay.dataplane;

import java.net.InetSocketAddress;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Session;

/**
 * What the data plane reports upward, on its own event loops: an implementation takes note and
 * returns at once.
 */
public interface DataPlaneEvents {
  /**
   * A datagram that may be part of a handshake; the array is the receiver's.
   *
   * @return {@link Verdict#PASSED}, or why it was dropped
   */
  Verdict onHandshake(byte[] datagram, InetSocketAddress from);

  /**
   * Asked before a handshake datagram is copied.
   *
   * @return {@link Verdict#PASSED}, or why it would be dropped
   */
  Verdict admits(byte[] bytes, int at, int length, InetSocketAddress from);

  /** An authentic control message without its frame byte; the array is the receiver's. */
  Verdict onControl(Session session, byte[] message);

  /** A probe of ours came back: frame byte and id. */
  Verdict onEcho(Session session, byte[] echo);

  /** The first authentic message of an epoch that we responded to: the other side has the keys. */
  void onConfirmed(Epoch epoch);

  /** A datagram that was not to be cut is too large for our own link; {@code told} knows whose. */
  void onRefused(Runnable told);

  /** A packet waits for a session without keys. */
  void onWaiting(Session session);
}
