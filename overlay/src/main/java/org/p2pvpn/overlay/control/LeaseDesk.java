package org.p2pvpn.overlay.control;

import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;

/** Lends inner addresses to clients when this node is an exit; called on the control thread. */
public interface LeaseDesk {
  /**
   * The client's lease, the same one as long as it holds; null when there is none to give.
   *
   * @param salt the client's; with another one it gets another lease
   */
  @Nullable LeaseGrant lend(byte[] clientNodeId, int salt, long nowNanos);

  /** The client is gone. */
  void release(byte[] clientNodeId);

  int clients();
}
