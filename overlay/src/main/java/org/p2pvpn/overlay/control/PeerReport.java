package org.p2pvpn.overlay.control;

import java.util.List;

/**
 * One peer as `p2pvpn peers` shows it.
 *
 * @param name the operator's or the peer's own name, or the short node id
 * @param nodeId lower-case hex, 64 characters
 * @param state {@code connected}, {@code connecting}, {@code idle}, {@code refused} or {@code
 *     unreachable}
 * @param endpoint {@code address:port}, or empty while none is known
 * @param overlayAddresses inner addresses, IPv6 first
 * @param origin {@code config}, {@code invite} or {@code joined}
 * @param role {@code peer} or {@code exit} (the exit in use)
 * @param reach {@code direct}, {@code relayed}, or empty while not connected
 * @param relay name of the peer that it is relayed by, or empty
 * @param why it is not reached straight, or empty
 * @param handshakeAgeSeconds since the last completed handshake, -1 when there was none
 * @param rttMillis the last measured round trip, -1 when none
 * @param sentBytes inner bytes sealed for it
 * @param receivedBytes inner bytes accepted from it
 */
public record PeerReport(
    String name,
    String nodeId,
    String state,
    String endpoint,
    List<String> overlayAddresses,
    String origin,
    String role,
    String reach,
    String relay,
    String why,
    long handshakeAgeSeconds,
    double rttMillis,
    long sentBytes,
    long receivedBytes) {}
