package org.p2pvpn.overlay.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * One path of ours as {@code p2pvpn circuit show} prints it.
 *
 * @param use {@code active}; {@code spare} for the one that waits for the active one's end; {@code
 *     standby} for the one to another exit, which waits for this exit's end
 * @param state {@code open} or {@code building}
 * @param hops guard first, exit last
 */
public record CircuitReport(String use, String state, List<Hop> hops) {
  /**
   * One node of it.
   *
   * @param role {@code guard}, {@code relay} or {@code exit}
   * @param state {@code connected} or {@code connecting}
   * @param rttMillis the round trip from here to it, through those before it; -1 when not measured
   * @param knows what this node can tell about us, and what not
   */
  public record Hop(
      String name, String nodeId, String role, String state, double rttMillis, String knows) {}

  /** {@code acquainted}: whether a node knows us by our own name, besides all this. */
  static CircuitReport of(CircuitPath path, String use, Predicate<Peer> acquainted) {
    List<Hop> hops = new ArrayList<>();
    for (Peer peer : path.hops()) {
      Role role = peer == path.exit() ? Role.EXIT : hops.isEmpty() ? Role.GUARD : Role.RELAY;
      boolean named = peer.origin != Peer.Origin.HOP || acquainted.test(peer);
      // Probes measure it in the data plane and more often, and each path by itself.
      RoundTrip whole = path.gauge.roundTrip();
      boolean probed = peer == path.exit() && whole.isMeasured();
      long rtt = probed ? whole.smoothedNanos() : peer.echo.rttNanos();
      hops.add(
          new Hop(
              peer.name,
              peer.id.toString(),
              role.name().toLowerCase(Locale.ROOT),
              peer.isConnected() ? "connected" : "connecting",
              rtt < 0 ? -1 : rtt / 1e6,
              role.knows(path.relays().isEmpty(), named)));
    }
    return new CircuitReport(use, path.isOpen() ? "open" : "building", List.copyOf(hops));
  }

  private enum Role {
    GUARD,
    RELAY,
    EXIT;

    /** A node may be our peer by day and a hop of ours by night, and not know that it is both. */
    String knows(boolean straight, boolean named) {
      return switch (this) {
        case GUARD -> "your address and the next node; not where you go";
        case RELAY ->
            named
                ? "the nodes before and after it, and you as its peer; not that this is yours,"
                    + " nor where you go"
                : "the nodes before and after it; neither you nor where you go";
        case EXIT -> {
          if (straight) {
            yield "your address and where you go";
          }
          yield named
              ? "where you go, and you as its peer; not that this is yours"
              : "where you go; not your address";
        }
      };
    }
  }
}
