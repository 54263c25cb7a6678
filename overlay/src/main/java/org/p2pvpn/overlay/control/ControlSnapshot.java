package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.dataplane.DataPlane;
import org.p2pvpn.overlay.discovery.kad.KadStatus;
import org.p2pvpn.overlay.identity.HostPort;
import org.p2pvpn.overlay.session.Session;

/**
 * The control plane at one moment.
 *
 * @param rest the way of what no rule covers; null when that is not touched
 * @param routes the way of what rules cover
 * @param exitClients leases out, when we are an exit
 * @param relayedCircuits those of others that pass here
 * @param nameClashes nodes that call themselves like others
 */
public record ControlSnapshot(
    List<PeerReport> peers,
    @Nullable ClassReport rest,
    List<ClassReport> routes,
    int exitClients,
    int relayedCircuits,
    List<String> nameClashes,
    Map<String, Long> counters) {

  static ControlSnapshot of(
      Controller controller, PeerBook book, ControlCounters control, DataPlane dataPlane) {
    long now = System.nanoTime();
    Exits exits = controller.exits();
    ClassExit rest = exits.rest();
    List<PeerReport> reports = new ArrayList<>();
    for (Peer peer : book.all()) {
      reports.add(report(controller, peer, exits.isExit(peer), now));
    }
    Lan lan = controller.network().lan();
    if (lan != null) {
      reports.addAll(lan.strangers(now));
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
        rest == null ? null : ClassReport.of(rest),
        exits.all().stream().filter(exit -> exit != rest).map(ClassReport::of).toList(),
        controller.lender().clients(),
        controller.relayDesk().count(),
        controller.network().names().clashes(),
        counters);
  }

  /** Of what no rule covers, as the rest of these. */
  public String exitNode() {
    return rest == null ? "" : rest.exitNode();
  }

  /** {@code off}, {@code connecting}, {@code connected} or {@code refused}. */
  public String exitState() {
    return rest == null ? "off" : rest.state();
  }

  public List<String> leaseAddresses() {
    return rest == null ? List.of() : rest.leaseAddresses();
  }

  public List<CircuitReport> circuits() {
    return rest == null ? List.of() : rest.circuits();
  }

  public List<PathSwitch> pathSwitches() {
    return rest == null ? List.of() : rest.pathSwitches();
  }

  public List<FormerExit> formerExits() {
    return rest == null ? List.of() : rest.formerExits();
  }

  private static PeerReport report(Controller controller, Peer peer, boolean isExit, long now) {
    Session session = peer.session;
    InetSocketAddress endpoint = session.endpoint();
    Peer relay = controller.reach().relayOf(peer);
    return new PeerReport(
        peer.name,
        peer.id.toString(),
        state(peer, now),
        endpoint == null ? "" : HostPort.of(endpoint).toString(),
        peer.overlayTexts(),
        peer.origin.name().toLowerCase(Locale.ROOT),
        isExit ? "exit" : "peer",
        !peer.isConnected() ? "" : relay == null ? "direct" : "relayed",
        relay == null ? "" : relay.name,
        controller.reach().detours().trouble(peer),
        peer.handshakeNanos == 0 ? -1 : TimeUnit.NANOSECONDS.toSeconds(now - peer.handshakeNanos),
        peer.echo.rttNanos() < 0 ? -1 : peer.echo.rttNanos() / 1e6,
        peer.pathMtu == null ? 0 : peer.pathMtu.mtuBytes(),
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
