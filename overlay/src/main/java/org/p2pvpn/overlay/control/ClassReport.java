package org.p2pvpn.overlay.control;

import java.util.List;
import java.util.Locale;

/**
 * A class of traffic as {@code p2pvpn status} prints it.
 *
 * @param name {@code default} for what no rule covers
 * @param matches the rules that lead to it, empty for the default
 * @param exit what was asked for: a peer, or a country
 * @param exitNode node id of the exit in use, or empty
 * @param state {@code connecting}, {@code connected} or {@code refused}
 * @param refusal what the exit said, or empty
 * @param circuits our paths to the exit, when it is behind relays
 * @param pathSwitches the last changes of path, oldest first
 * @param formerExits those that only older connections use
 * @param trouble why there is no path, or empty
 */
public record ClassReport(
    String name,
    List<String> matches,
    String exit,
    int hops,
    String preset,
    double minimumTrust,
    String exitName,
    String exitNode,
    String state,
    String refusal,
    List<String> leaseAddresses,
    List<CircuitReport> circuits,
    List<PathSwitch> pathSwitches,
    List<FormerExit> formerExits,
    String trouble) {

  static ClassReport of(ClassExit exit) {
    TrafficClass traffic = exit.traffic();
    ExitLink link = exit.link();
    return new ClassReport(
        traffic.name(),
        traffic.matches(),
        traffic.exit(),
        traffic.hops(),
        traffic.preset(),
        traffic.minimumTrust(),
        link == null ? "" : link.peer.name,
        link == null ? "" : link.peer.id.toString(),
        link == null ? "connecting" : link.state().name().toLowerCase(Locale.ROOT),
        link == null ? "" : link.refusal(),
        link == null ? List.of() : link.leaseTexts(),
        exit.circuits().reports(),
        exit.switches(),
        exit.former().stream().map(FormerExit::of).toList(),
        traffic.inItsWords(exit.circuits().trouble()));
  }
}
