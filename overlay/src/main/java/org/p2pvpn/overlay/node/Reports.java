package org.p2pvpn.overlay.node;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.p2pvpn.overlay.control.ControlPlane;
import org.p2pvpn.overlay.control.Lent;
import org.p2pvpn.overlay.control.TrafficClass;
import org.p2pvpn.overlay.host.HostPlan;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.ledger.Ledger;
import org.p2pvpn.overlay.ledger.Observation;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the control plane reports, for the person who watches the start and for the host. */
final class Reports implements ControlPlane.Events {
  private static final Logger LOG = LoggerFactory.getLogger(Reports.class);

  private final NodeConfig config;
  private final HostSide host;
  private final Executor hostThread;
  private final Ledger ledger;
  private final ControlPlane control;
  private final StageListener stages;
  private final HostPlan.Tunnel tunnel;
  private final Set<Integer> applied = ConcurrentHashMap.newKeySet();
  private volatile String trouble = "";

  /** {@code hostThread}: for what waits for other programs. */
  Reports(
      NodeConfig config,
      HostSide host,
      Executor hostThread,
      Ledger ledger,
      ControlPlane control,
      StageListener stages,
      HostPlan.Tunnel tunnel) {
    this.config = config;
    this.host = host;
    this.hostThread = hostThread;
    this.ledger = ledger;
    this.control = control;
    this.stages = stages;
    this.tunnel = tunnel;
  }

  /** Whether this host's traffic of that class goes by its exit. */
  boolean isApplied(int traffic) {
    return applied.contains(traffic);
  }

  /** What does not work, or empty. */
  String trouble() {
    return trouble;
  }

  @Override
  public void onConnected(NodeId peer, String name) {
    LOG.debug("peer {}: new epoch", name);
  }

  @Override
  public void onRefused(NodeId peer, String name, String why) {
    trouble = "peer " + name + " refused: " + why;
  }

  @Override
  public void onLease(TrafficClass traffic, Lent lent) {
    onHost(() -> apply(traffic, lent));
  }

  @Override
  public void onFormer(TrafficClass traffic, LeaseGrant lease) {
    onHost(
        () -> {
          if (!host.isUsed(lease)) {
            control.paths().onUnused(traffic.number(), lease);
          }
        });
  }

  @Override
  public void onObserved(Observation what) {
    ledger.append(what);
  }

  private void onHost(Runnable work) {
    try {
      hostThread.execute(work);
    } catch (RejectedExecutionException _) {
      LOG.debug("a lease came while stopping");
    }
  }

  private void apply(TrafficClass traffic, Lent lent) {
    try {
      host.takeLease(traffic.number(), lent, tunnel);
      applied.add(traffic.number());
      String what =
          traffic.number() > 0
              ? traffic.name() + " goes by "
              : config.routesWholeHost() ? "all traffic goes by " : "some traffic goes by ";
      stages.stage("exit", what + traffic.exit());
    } catch (RuntimeException e) {
      // The kill switch stays closed: better no traffic than traffic beside the tunnel.
      trouble = String.valueOf(e.getMessage());
      LOG.error("exit of {}: cannot route this host: {}", traffic.name(), e.getMessage());
    }
  }
}
