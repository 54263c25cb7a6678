package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.util.List;
import org.p2pvpn.overlay.identity.HostPort;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * One peer as `p2pvpn peers` shows it.
 *
 * @param name the operator's or the peer's own name, or the short node id
 * @param nodeId lower-case hex, 64 characters
 * @param state {@code connected}, {@code connecting}, {@code idle}, {@code refused}, {@code
 *     unreachable} or {@code stranger}
 * @param endpoint {@code address:port}, or empty while none is known
 * @param overlayAddresses inner addresses, IPv6 first
 * @param origin {@code config}, {@code invite}, {@code joined}, {@code advert} or {@code lan}
 * @param role {@code peer} or {@code exit} (the exit in use)
 * @param reach {@code direct}, {@code relayed}, or empty while not connected
 * @param relay name of the peer that it is relayed by, or empty
 * @param why it is not reached straight, or empty
 * @param handshakeAgeSeconds since the last completed handshake, -1 when there was none
 * @param rttMillis the last measured round trip, -1 when none
 * @param pathMtuBytes the largest packet of ours that is known to get there in one piece, 0 when
 *     none is; of who is not reached straight, to the one between
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
    int pathMtuBytes,
    long sentBytes,
    long receivedBytes) {
  /** One that was heard on a link of this host, and is not let in. */
  static PeerReport stranger(NodeId id, String name, InetSocketAddress at) {
    return new PeerReport(
        name.isEmpty() ? id.shortForm() : name,
        id.toString(),
        "stranger",
        HostPort.of(at).toString(),
        List.of(),
        "lan",
        "peer",
        "",
        "",
        "",
        -1,
        -1,
        0,
        0,
        0);
  }
}
