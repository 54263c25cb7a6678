package org.p2pvpn.overlay.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.control.ControlSnapshot;
import org.p2pvpn.overlay.control.ExitReport;
import org.p2pvpn.overlay.control.FoundNode;
import org.p2pvpn.overlay.control.NodeControl;
import org.p2pvpn.overlay.control.PathControl;
import org.p2pvpn.overlay.control.PathReport;
import org.p2pvpn.overlay.control.Paths;
import org.p2pvpn.overlay.control.PeerReport;
import org.p2pvpn.overlay.control.StatusReport;
import org.p2pvpn.overlay.control.TraceReport;
import org.p2pvpn.overlay.identity.HostPort;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.identity.OverlayAddress;
import org.p2pvpn.overlay.ledger.Ledger;

/** Answers the local socket from the parts of a running node. */
final class NodeAdmin implements NodeControl {
  private static final int SCHEMA = 1;
  private static final int NOT_CONNECTED = 4;

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
        now.relayedCircuits(),
        warnings(now),
        counters(now));
  }

  private Map<String, Long> counters(ControlSnapshot now) {
    Map<String, Long> counters = new TreeMap<>(now.counters());
    Ledger.Report ledger = node.ledger().report();
    counters.put("ledger_appended", ledger.appended());
    counters.put("ledger_lost", ledger.lost());
    counters.put("ledger_replayed", ledger.replayed());
    return counters;
  }

  /** In a word; with an exit it is the exit that counts, else whether anybody is there. */
  private String state(ControlSnapshot now) {
    if (node.isStopping()) {
      return "stopping";
    }
    if (now.exitState().equals("refused")) {
      return "refused";
    }
    if (node.config().exit() != null) {
      boolean refused =
          now.peers().stream()
              .anyMatch(peer -> peer.role().equals("exit") && peer.state().equals("refused"));
      if (refused) {
        return "refused";
      }
      if (!now.exitState().equals("connected")) {
        return node.isLeaseApplied() ? "blocked" : "connecting";
      }
      return node.isLeaseApplied() ? "up" : "connecting";
    }
    boolean expectsPeers = now.peers().stream().anyMatch(peer -> !peer.origin().equals("joined"));
    boolean hasPeers = now.peers().stream().anyMatch(peer -> peer.state().equals("connected"));
    if (hasPeers || !expectsPeers) {
      return "up";
    }
    return now.peers().stream().anyMatch(peer -> peer.state().equals("refused"))
        ? "refused"
        : "connecting";
  }

  private List<String> warnings(ControlSnapshot now) {
    List<String> warnings = new ArrayList<>();
    if (!node.trouble().isEmpty()) {
      warnings.add(node.trouble());
    }
    if (now.exitState().equals("refused")) {
      warnings.add("the exit refused: " + now.exitRefusal());
    }
    if (!now.pathTrouble().isEmpty()) {
      warnings.add("no path to the exit: " + now.pathTrouble());
    }
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
    List<HostPort> hosts = Endpoints.own(node.dataPlane().udpPort(), node.config().interfaceName());
    if (hosts.isEmpty()) {
      throw new ControlException(
          1, "this host has no address that another could reach", "ip address");
    }
    return new NodeAddress(
            identity.signingKey(),
            identity.staticKey(),
            hosts,
            node.controlPlane().issueToken(life, reusable),
            node.config().name())
        .toInvite();
  }

  @Override
  public long ping(String peer, Duration timeout) {
    return node.controlPlane().ping(peer, timeout);
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
      public PathReport explain() {
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
        if (node.config().exit() == null) {
          throw new ControlException(
              NOT_CONNECTED,
              "no exit is in use, and this host's routes are as they were",
              "p2pvpn down, then p2pvpn up --exit " + exit);
        }
        paths.useExit(exit, node.config().exitHops(), node.config().exitPreset());
      }
    };
  }

  @Override
  public void stop() {
    node.requestStop();
  }
}
