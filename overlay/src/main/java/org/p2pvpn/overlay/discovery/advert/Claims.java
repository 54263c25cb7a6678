package org.p2pvpn.overlay.discovery.advert;

import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself beside its keys. Values are within {@link AdvertLimits}; whether they
 * are true is another matter.
 *
 * @param endpoints address literals of either family, in the order to try them; may be empty for a
 *     node that is reached through others
 * @param exit present when the roles have {@link Role#EXIT}, and only then
 * @param coordinate null until the node knows where it stands
 * @param operator the same for all nodes of one operator; empty is not said
 * @param puzzleNonce see {@link Puzzle}; 0 where the network asks for none
 */
public record Claims(
    List<InetSocketAddress> endpoints,
    Set<Role> roles,
    Place place,
    Capacity capacity,
    Protocols protocols,
    @Nullable ExitSummary exit,
    @Nullable Coordinate coordinate,
    String operator,
    long puzzleNonce) {
  /** Smaller changes of load are not worth a signature and a message to everyone. */
  private static final int LOAD_STEP_PERCENT = 10;

  /** Ours: what a score notices; a coordinate that settles moves by less. */
  private static final long MOVED_MICROS = 10_000;

  /** design.md 6: a node at or over this is not drawn, so crossing it is always news. */
  private static final int LOAD_FULL_PERCENT = 90;

  public Claims {
    endpoints = List.copyOf(endpoints);
    EnumSet<Role> sorted = EnumSet.noneOf(Role.class);
    sorted.addAll(roles);
    roles = Collections.unmodifiableSet(sorted);
    Text.require(endpoints.size() <= AdvertLimits.ENDPOINTS_MAX, "endpoints: expected at most 8");
    for (InetSocketAddress endpoint : endpoints) {
      Text.require(!endpoint.isUnresolved() && endpoint.getPort() > 0, "endpoint: ADDRESS:PORT");
    }
    Text.require((exit != null) == roles.contains(Role.EXIT), "exit: role and summary together");
    Text.require(Text.isPlain(operator, AdvertLimits.OPERATOR_BYTES_MAX), "operator: too long");
  }

  /** Whether others should hear of it now and not with the next regular advert. */
  boolean isNewsAfter(Claims earlier) {
    int load = capacity.loadPercent();
    int loadBefore = earlier.capacity.loadPercent();
    return Math.abs(load - loadBefore) >= LOAD_STEP_PERCENT
        || (load >= LOAD_FULL_PERCENT) != (loadBefore >= LOAD_FULL_PERCENT)
        || hasMoved(earlier.coordinate)
        || !steady().equals(earlier.steady());
  }

  private boolean hasMoved(@Nullable Coordinate before) {
    return coordinate != null && (before == null || coordinate.microsTo(before) >= MOVED_MICROS);
  }

  /** The same node, there. */
  public Claims withCoordinate(Coordinate there) {
    return new Claims(
        endpoints, roles, place, capacity, protocols, exit, there, operator, puzzleNonce);
  }

  /** The same node, with what it did for its key. */
  public Claims withPuzzleNonce(long nonce) {
    return new Claims(
        endpoints, roles, place, capacity, protocols, exit, coordinate, operator, nonce);
  }

  /** Without what moves all the time. */
  private Claims steady() {
    Capacity still = new Capacity(capacity.uplinkKbits(), capacity.upSinceSeconds(), 0);
    return new Claims(endpoints, roles, place, still, protocols, exit, null, operator, puzzleNonce);
  }
}
