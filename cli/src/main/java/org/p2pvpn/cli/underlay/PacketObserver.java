package org.p2pvpn.cli.underlay;

import java.nio.ByteBuffer;

/**
 * Sees every packet at its host's device. Called by the emulation's one thread, which waits
 * meanwhile: be quick, keep nothing of the packet, and do not change it.
 */
public interface PacketObserver {
  /**
   * A packet came out of a host's uplink, as the host sent it.
   *
   * @param to empty when the destination is nobody's
   * @param verdict why it goes no further, as far as known here; loss comes later and is counted
   */
  default void sent(String from, String to, Verdict verdict, ByteBuffer packet) {}

  /**
   * A packet came to a host's uplink.
   *
   * @param from empty when a router made it
   * @param verdict {@link Verdict#PASSED} when the host gets it, as it gets it
   */
  default void arrived(String from, String to, Verdict verdict, ByteBuffer packet) {}
}
