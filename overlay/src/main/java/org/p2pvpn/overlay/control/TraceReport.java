package org.p2pvpn.overlay.control;

import java.util.List;

/**
 * The path in use as {@code p2pvpn trace} prints it: every hop's own echo, through those before it.
 *
 * @param hops guard first, exit last
 */
public record TraceReport(List<Hop> hops) {
  /**
   * One node.
   *
   * @param number from 1
   * @param rttMillis the round trip from here to it; -1 when it did not answer in time
   * @param legMillis what it adds to the hop before; NaN when one of the two did not answer
   * @param knows what this node can tell about us, and what not
   */
  public record Hop(
      int number,
      String name,
      String nodeId,
      String role,
      double rttMillis,
      double legMillis,
      String knows) {}
}
