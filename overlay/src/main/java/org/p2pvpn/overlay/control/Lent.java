package org.p2pvpn.overlay.control;

import java.util.List;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;

/**
 * The addresses that traffic of one class has outside.
 *
 * @param present what new connections start from
 * @param former what only connections have that began earlier, by exits that are left since
 */
public record Lent(LeaseGrant present, List<LeaseGrant> former) {
  public Lent {
    former = List.copyOf(former);
  }
}
