package org.p2pvpn.overlay.control;

import java.util.List;
import java.util.Map;

/**
 * A node's state as `p2pvpn status --json` prints it.
 *
 * @param schema grows when a field changes its meaning; fields may be added without it
 * @param state {@code up}, {@code connecting}, {@code refused}, {@code blocked} (kill switch
 *     closed, exit not answering) or {@code stopping}
 * @param exitNode node id of the exit in use, or empty
 * @param exitState {@code off}, {@code connecting}, {@code connected} or {@code refused}
 * @param killSwitch whether the host's other traffic is blocked
 * @param circuits our paths to the exit, when it is behind relays
 * @param pathSwitches the last changes of path, oldest first
 * @param formerExits those that only older connections use
 * @param routes the ways of what rules ({@code [[route]]}) cover; what is above of exit, lease and
 *     paths is the default's
 * @param relayedCircuits those of others that pass here
 * @param warnings what does not work as it should, a sentence each
 * @param counters every counter and drop reason of the data plane, by its name
 */
public record StatusReport(
    int schema,
    String version,
    String state,
    String name,
    String nodeId,
    String interfaceName,
    int mtuBytes,
    List<String> overlayAddresses,
    List<String> leaseAddresses,
    String listen,
    String exitNode,
    String exitState,
    boolean killSwitch,
    boolean servesExit,
    int exitClients,
    long uptimeSeconds,
    List<PeerReport> peers,
    List<CircuitReport> circuits,
    List<PathSwitch> pathSwitches,
    List<FormerExit> formerExits,
    List<ClassReport> routes,
    int relayedCircuits,
    List<String> warnings,
    Map<String, Long> counters) {}
