package org.p2pvpn.overlay.control;

import java.util.List;

/**
 * A node that offers to be an exit, as {@code p2pvpn exit list} shows it.
 *
 * @param country empty when nobody says
 * @param countryOrigin {@code claimed} by it, or {@code derived} from the operator's file
 * @param origin where we know the node from: {@code config}, {@code invite}, {@code joined} or
 *     {@code advert}
 * @param ipv6 whether it says that it carries IPv6
 * @param rttMillis measured, -1 when it was not
 * @param load what it says, in [0,1]
 * @param inUse whether our traffic leaves by it now
 * @param usedBy names of the classes of traffic that do
 */
public record ExitReport(
    String name,
    String nodeId,
    String country,
    String countryOrigin,
    String origin,
    boolean ipv6,
    double rttMillis,
    double load,
    boolean inUse,
    List<String> usedBy) {}
