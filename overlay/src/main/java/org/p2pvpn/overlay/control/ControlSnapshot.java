package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.overlay.dataplane.DataPlane;
import org.p2pvpn.overlay.discovery.kad.KadStatus;
import org.p2pvpn.overlay.identity.HostPort;
import org.p2pvpn.overlay.session.Session;

/**
 * The control plane at one moment.
 *
 * @param exitNode node id of the exit in use, or empty
 * @param exitState {@code off}, {@code connecting}, {@code connected} or {@code refused}
 * @param exitRefusal what the exit said, or empty
 * @param exitClients leases out, when we are an exit
 * @param circuits our paths to the exit, when it is behind relays
 * @param pathSwitches the last changes of path, oldest first
 * @param pathTrouble why there is no path, or empty
 * @param relayedCircuits those of others that pass here
 */
public record ControlSnapshot(
    List<PeerReport> peers,
    String exitNode,
    String exitState,
    String exitRefusal,
    int exitClients,
    List<String> leaseAddresses,
    List<CircuitReport> circuits,
    List<PathSwitch> pathSwitches,
    String pathTrouble,
    int relayedCircuits,
    Map<String, Long> counters) {

  static ControlSnapshot of(
      Controller controller, PeerBook book, ControlCounters control, DataPlane dataPlane) {
    long now = System.nanoTime();
    ExitLink exit = controller.exit();
    List<PeerReport> reports = new ArrayList<>();
    for (Peer peer : book.all()) {
      reports.add(report(peer, exit != null && exit.peer == peer, now));
    }
    Map<String, Long> counters = new TreeMap<>(dataPlane.counters());
    control.addTo(counters);
    controller.network().addTo(counters);
    KadStatus kad = controller.network().dht().kad().status(Controller.moment(now));
    counters.put("kad_nodes", (long) kad.nodes());
    counters.put("kad_buckets", (long) kad.buckets());
    counters.put("kad_records", (long) kad.records() + kad.providers());
    counters.put("kad_refreshed_seconds_ago", kad.refreshedSecondsAgo());
    counters.put("relay_load_percent", Math.round(100 * controller.relayDesk().load()));
    return new ControlSnapshot(
        reports,
        exit == null ? "" : exit.peer.id.toString(),
        exit == null ? "off" : exit.state().name().toLowerCase(Locale.ROOT),
        exit == null ? "" : exit.refusal(),
        controller.lender().clients(),
        exit == null ? List.of() : exit.leaseTexts(),
        controller.circuits().reports(),
        controller.circuits().switches(),
        controller.circuits().trouble(),
        controller.relayDesk().count(),
        counters);
  }

  private static PeerReport report(Peer peer, boolean isExit, long now) {
    Session session = peer.session;
    InetSocketAddress endpoint = session.endpoint();
    return new PeerReport(
        peer.name,
        peer.id.toString(),
        state(peer, now),
        endpoint == null ? "" : HostPort.of(endpoint).toString(),
        peer.overlayTexts(),
        peer.origin.name().toLowerCase(Locale.ROOT),
        isExit ? "exit" : "peer",
        peer.handshakeNanos == 0 ? -1 : TimeUnit.NANOSECONDS.toSeconds(now - peer.handshakeNanos),
        peer.echo.rttNanos() < 0 ? -1 : peer.echo.rttNanos() / 1e6,
        session.sentBytes(),
        session.receivedBytes());
  }

  private static String state(Peer peer, long now) {
    HandshakeRetry retry = peer.retry;
    if (peer.refusal != null) {
      return "refused";
    }
    if (retry != null && now - retry.beganNanos() > TimeUnit.SECONDS.toNanos(10)) {
      return "unreachable";
    }
    if (retry != null) {
      return "connecting";
    }
    return peer.isConnected() ? "connected" : "idle";
  }
}
