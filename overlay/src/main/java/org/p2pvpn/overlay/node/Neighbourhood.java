package org.p2pvpn.overlay.node;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.control.ControlPlane;
import org.p2pvpn.overlay.host.HostPlan;
import org.p2pvpn.overlay.identity.NodeId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node is to its own links and to the programs of its host: beacons on the former, names for
 * the latter. Without either the rest of it works. Opened by the starting thread.
 */
final class Neighbourhood implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Neighbourhood.class);

  /** An invite is to fit a QR code. */
  private static final int PLACES_MAX = 4;

  private final Links links;
  private final HostSide host;
  private @Nullable LanSide lan;
  private volatile @Nullable NameSide names;
  private volatile String trouble = "";

  Neighbourhood(String ownInterface, HostSide host) {
    this.links = new Links(ownInterface);
    this.host = host;
  }

  /** Before control starts. */
  void openLan(NodeConfig config, ControlPlane control) {
    if (config.lan().enabled()) {
      LanSide side = new LanSide(control.openLan(config.lan().join()));
      lan = side;
      links.listen(side::onLinks);
    }
  }

  /** From now on changes of the links and routes are seen, and peers told of them. */
  void watch(ControlPlane control, int udpPort) {
    links.onStir(() -> control.moved(places(udpPort)));
    links.start();
  }

  /** Where others beyond a link may call us, IPv4 first. */
  List<InetSocketAddress> places(int udpPort) {
    return links.reachable().stream()
        .sorted(Comparator.comparing(address -> address instanceof Inet6Address))
        .limit(PLACES_MAX)
        .map(address -> new InetSocketAddress(address, udpPort))
        .toList();
  }

  /** When the tunnel has its addresses; what went wrong is a warning. */
  void openNames(
      NodeConfig config, ControlPlane control, HostPlan.Tunnel tunnel, Executor hostThread) {
    Map<String, NodeId> operators = new HashMap<>();
    config
        .names()
        .forEach((name, id) -> operators.put(name, NodeId.parse(id.toLowerCase(Locale.ROOT))));
    control.name(operators);
    if (!config.resolver().enabled()) {
      return;
    }
    try {
      NameSide side = new NameSide(control::names);
      names = side;
      hostThread.execute(() -> tellHost(side, tunnel));
    } catch (IllegalStateException e) {
      trouble = e.getMessage() + "; peers' names cannot be looked up";
      LOG.warn("{}", trouble);
    }
  }

  private void tellHost(NameSide side, HostPlan.Tunnel tunnel) {
    try {
      host.useNames(side, tunnel);
    } catch (RuntimeException e) {
      trouble = "names: this host does not ask for peers: " + e.getMessage();
      LOG.warn("{}", trouble);
    }
  }

  /** Empty when all is well. */
  String trouble() {
    return trouble;
  }

  Map<String, Long> counters() {
    NameSide side = names;
    return side == null ? Map.of() : side.counters();
  }

  @Override
  public void close() {
    links.close();
    NameSide side = names;
    if (side != null) {
      side.close();
    }
    if (lan != null) {
      lan.close();
    }
  }
}
