package org.p2pvpn.overlay.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.control.ClassReport;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.control.ControlSnapshot;
import org.p2pvpn.overlay.control.ExitReport;
import org.p2pvpn.overlay.control.FoundNode;
import org.p2pvpn.overlay.control.NetcheckReport;
import org.p2pvpn.overlay.control.NodeControl;
import org.p2pvpn.overlay.control.PathControl;
import org.p2pvpn.overlay.control.PathReport;
import org.p2pvpn.overlay.control.Paths;
import org.p2pvpn.overlay.control.PeerReport;
import org.p2pvpn.overlay.control.StatusReport;
import org.p2pvpn.overlay.control.TraceReport;
import org.p2pvpn.overlay.control.TrafficClass;
import org.p2pvpn.overlay.identity.HostPort;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.identity.OverlayAddress;
import org.p2pvpn.overlay.ledger.Ledger;

/** Answers the local socket from the parts of a running node. */
final class NodeAdmin implements NodeControl {
  private static final int SCHEMA = 1;
  private static final int NOT_CONNECTED = 4;

  /** Ours: a member that bears a hundred names is seen by its first. */
  private static final int NAME_CLASHES_SHOWN_MAX = 8;

  private final OverlayNode node;

  NodeAdmin(OverlayNode node) {
    this.node = node;
  }

  @Override
  public StatusReport status() {
    NodeConfig config = node.config();
    ControlSnapshot now = node.controlPlane().snapshot();
    NodeId id = NodeId.ofPublicKey(node.identity().signingKey());
    return new StatusReport(
        SCHEMA,
        Version.TEXT,
        state(now),
        config.name(),
        id.toString(),
        config.interfaceName(),
        node.tun().mtuBytes(),
        List.of(OverlayAddress.ipv6(id).getHostAddress(), OverlayAddress.ipv4(id).getHostAddress()),
        now.leaseAddresses(),
        "udp port " + node.dataPlane().udpPort(),
        now.exitNode(),
        now.exitState(),
        node.host().isKillSwitchOn(),
        config.serveExit() != null,
        now.exitClients(),
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - node.startedNanos()),
        now.peers(),
        now.circuits(),
        now.pathSwitches(),
        now.formerExits(),
        now.routes(),
        now.relayedCircuits(),
        warnings(now),
        counters(now));
  }

  private Map<String, Long> counters(ControlSnapshot now) {
    Map<String, Long> counters = new TreeMap<>(now.counters());
    counters.putAll(node.neighbourhood().counters());
    Ledger.Report ledger = node.ledger().report();
    counters.put("ledger_appended", ledger.appended());
    counters.put("ledger_lost", ledger.lost());
    counters.put("ledger_replayed", ledger.replayed());
    return counters;
  }

  /** In a word; with exits it is they that count, else whether anybody is there. */
  private String state(ControlSnapshot now) {
    if (node.isStopping()) {
      return "stopping";
    }
    if (node.config().usesExit()) {
      return exitsState(now);
    }
    boolean expectsPeers =
        now.peers().stream()
            .anyMatch(peer -> !peer.origin().equals("joined") && !peer.origin().equals("lan"));
    boolean hasPeers = now.peers().stream().anyMatch(peer -> peer.state().equals("connected"));
    if (hasPeers || !expectsPeers) {
      return "up";
    }
    return now.peers().stream().anyMatch(peer -> peer.state().equals("refused"))
        ? "refused"
        : "connecting";
  }

  /** Rules beside a default that works are less than the whole. */
  private String exitsState(ControlSnapshot now) {
    String rest = now.rest() == null ? "up" : state(now.rest(), now, 0);
    if (!rest.equals("up")) {
      return rest;
    }
    List<String> routes = new ArrayList<>();
    for (ClassReport route : now.routes()) {
      routes.add(state(route, now, routes.size() + 1));
    }
    if (routes.contains("connecting")) {
      return "connecting";
    }
    boolean some = now.rest() != null || routes.contains("up");
    return routes.stream().filter(state -> !state.equals("up")).findFirst().isEmpty()
        ? "up"
        : some ? "degraded" : routes.getFirst();
  }

  private String state(ClassReport exit, ControlSnapshot now, int number) {
    boolean refused =
        exit.state().equals("refused")
            || now.peers().stream()
                .anyMatch(
                    peer ->
                        peer.nodeId().equals(exit.exitNode())
                            && peer.role().equals("exit")
                            && peer.state().equals("refused"));
    if (refused) {
      return "refused";
    }
    if (!exit.state().equals("connected")) {
      return node.isLeaseApplied(number) ? "blocked" : "connecting";
    }
    return node.isLeaseApplied(number) ? "up" : "connecting";
  }

  private static void addWarnings(List<String> warnings, ClassReport exit, boolean rest) {
    String of = rest ? "" : " of " + exit.name();
    if (exit.state().equals("refused")) {
      warnings.add("the exit" + of + " refused: " + exit.refusal());
    }
    if (!exit.trouble().isEmpty()) {
      warnings.add("no path to the exit" + of + ": " + exit.trouble());
    }
  }

  private List<String> warnings(ControlSnapshot now) {
    List<String> warnings = new ArrayList<>();
    if (!node.trouble().isEmpty()) {
      warnings.add(node.trouble());
    }
    if (now.rest() != null) {
      addWarnings(warnings, now.rest(), true);
    }
    now.routes().forEach(route -> addWarnings(warnings, route, false));
    for (PeerReport peer : now.peers()) {
      if (peer.state().equals("unreachable") && !peer.origin().equals("joined")) {
        warnings.add(
            "peer "
                + peer.name()
                + ": no answer from "
                + peer.endpoint()
                + "; not running, a wrong address, or a firewall that drops UDP");
      }
    }
    now.nameClashes().stream().limit(NAME_CLASHES_SHOWN_MAX).forEach(warnings::add);
    if (!node.neighbourhood().trouble().isEmpty()) {
      warnings.add(node.neighbourhood().trouble());
    }
    String ledgerTrouble = node.ledger().report().trouble();
    if (!ledgerTrouble.isEmpty()) {
      warnings.add("ledger: what is measured is not remembered: " + ledgerTrouble);
    }
    if (!node.tun().offloads().degradedBecause().isEmpty()) {
      warnings.add(node.tun().offloads().degradedBecause());
    }
    return warnings;
  }

  @Override
  public List<PeerReport> peers() {
    return node.controlPlane().snapshot().peers();
  }

  @Override
  public String invite(Duration life, boolean reusable) {
    Identity identity = node.identity();
    List<HostPort> hosts =
        node.neighbourhood().places(node.dataPlane().udpPort()).stream()
            .map(place -> new HostPort(place.getAddress().getHostAddress(), place.getPort()))
            .toList();
    if (hosts.isEmpty()) {
      throw new ControlException(
          1, "this host has no address that another could reach", "ip address");
    }
    return new NodeAddress(
            identity.signingKey(),
            identity.staticKey(),
            hosts,
            node.controlPlane().issueToken(life, reusable),
            node.terms(),
            node.config().name())
        .toInvite();
  }

  @Override
  public long ping(String peer, Duration timeout) {
    return node.controlPlane().ping(peer, timeout);
  }

  @Override
  public NetcheckReport netcheck() {
    return node.controlPlane().netcheck();
  }

  @Override
  public List<FoundNode> find(String wanted, Duration timeout) {
    return node.controlPlane().finder().find(wanted, timeout);
  }

  @Override
  public PathControl paths() {
    Paths paths = node.controlPlane().paths();
    return new PathControl() {
      @Override
      public List<PathReport> explain() {
        return paths.explain();
      }

      @Override
      public List<ExitReport> exits() {
        return paths.exits();
      }

      @Override
      public void renew() {
        paths.renew();
      }

      @Override
      public void set(List<String> names) {
        paths.set(names, node.config().exitHops());
      }

      @Override
      public TraceReport trace(int only, Duration timeout) {
        return paths.trace(only, timeout);
      }

      @Override
      public void useExit(String exit) {
        NodeConfig config = node.config();
        if (config.exit() == null) {
          throw new ControlException(
              NOT_CONNECTED,
              "no exit is in use, and this host's routes are as they were",
              "p2pvpn down, then p2pvpn up --exit " + exit);
        }
        paths.use(TrafficClass.rest(exit, config.exitHops(), config.exitPreset()));
      }
    };
  }

  @Override
  public void stop() {
    node.requestStop();
  }
}
