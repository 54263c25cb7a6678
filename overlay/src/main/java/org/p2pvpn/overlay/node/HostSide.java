package org.p2pvpn.overlay.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.control.InnerText;
import org.p2pvpn.overlay.host.Host;
import org.p2pvpn.overlay.host.HostChange;
import org.p2pvpn.overlay.host.HostCommands;
import org.p2pvpn.overlay.host.HostPlan;
import org.p2pvpn.overlay.host.Uplinks;
import org.p2pvpn.overlay.session.AddressGuard;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node changes on its host, in the order of {@link HostPlan}. Its methods block on other
 * programs, so they run on the starting thread or on the node's host thread, one at a time.
 */
final class HostSide {
  private static final Logger LOG = LoggerFactory.getLogger(HostSide.class);
  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

  private final Host host;
  private final NodeConfig config;
  private List<HostChange> leased = List.of();
  private @Nullable LeaseGrant lent;
  private volatile boolean killSwitchOn;

  HostSide(NodeConfig config) {
    this.config = config;
    host = Host.open(config.statePath(), LOG::warn);
  }

  /** Takes back what a dead process left; its kill switch holds until ours replaces it. */
  synchronized void recover() {
    List<String> obstacles =
        config.routesWholeHost() ? host.undoAllButKillSwitch() : host.undoAll();
    obstacles.forEach(obstacle -> LOG.warn("left over from an earlier run: {}", obstacle));
  }

  synchronized void closeKillSwitch(int listenPort) {
    host.apply(killSwitch(config, listenPort));
    killSwitchOn = true;
  }

  synchronized void raiseTunnel(HostPlan.Tunnel tunnel, int listenPort) {
    List<HostChange> plan = new ArrayList<>(HostPlan.tunnel(tunnel));
    plan.addAll(HostPlan.guard(tunnel.link(), listenPort));
    host.apply(plan);
  }

  /** All traffic goes by the exit, from the addresses it lent; replaces an earlier lease. */
  synchronized void takeLease(LeaseGrant grant, HostPlan.Tunnel tunnel) {
    List<HostChange> next = lease(config, grant, tunnel);
    if (next.equals(leased)) {
      return;
    }
    host.undo(leased).forEach(obstacle -> LOG.warn("earlier lease: {}", obstacle));
    leased = List.of();
    endConnections();
    host.apply(next);
    leased = next;
    lent = grant;
  }

  /**
   * Another exit lends other addresses: what was connected from the earlier ones is told so now,
   * and need not find out. Kernels that cannot (no INET_DIAG_DESTROY) leave it to the programs'
   * timers.
   */
  private void endConnections() {
    if (lent == null) {
      return;
    }
    for (String earlier :
        List.of(text(lent.ipv4(), 0, 0), text(0, lent.ipv6High(), lent.ipv6Low()))) {
      if (!earlier.isEmpty()) {
        HostCommands.Outcome ended =
            new HostCommands().run(List.of("ss", "-K", "-n", "src", earlier), "");
        LOG.debug("connections from {}: {}", earlier, ended.succeeded() ? "ended" : ended.errors());
      }
    }
  }

  synchronized void apply(List<HostChange> plan) {
    host.apply(plan);
  }

  boolean isKillSwitchOn() {
    return killSwitchOn;
  }

  /** Everything back as it was, the kill switch last. */
  synchronized void undoAll() {
    host.undoAll().forEach(obstacle -> LOG.warn("could not be taken back: {}", obstacle));
    killSwitchOn = false;
  }

  static List<HostChange> killSwitch(NodeConfig config, int listenPort) {
    return HostPlan.killSwitch(
        config.interfaceName(),
        listenPort,
        config.allowLan()
            ? Uplinks.lanPrefixes(new HostCommands(), config.interfaceName())
            : List.of(),
        true);
  }

  /** Whole-host routing, and containers and virtual machines of this host with it. */
  static List<HostChange> lease(NodeConfig config, LeaseGrant grant, HostPlan.Tunnel tunnel) {
    HostPlan.Lease lease =
        new HostPlan.Lease(text(grant.ipv4(), 0, 0), text(0, grant.ipv6High(), grant.ipv6Low()));
    if (!config.routesWholeHost()) {
      return HostPlan.someDestinations(config.interfaceName(), lease, config.exitRoutes());
    }
    List<String> resolvers = new ArrayList<>(config.dns());
    if (resolvers.isEmpty() && grant.dnsIpv4() != 0) {
      resolvers.add(text(grant.dnsIpv4(), 0, 0));
    }
    HostChange.@Nullable Resolver resolver =
        resolvers.isEmpty()
            ? null
            : HostPlan.resolver(config.interfaceName(), resolvers, RESOLV_CONF);
    List<HostChange> plan =
        new ArrayList<>(HostPlan.wholeHost(config.interfaceName(), lease, resolver));
    plan.addAll(HostPlan.forwardedTraffic(tunnel, lease));
    return plan;
  }

  /** Empty for an address that was not lent. */
  private static String text(int ipv4, long ipv6High, long ipv6Low) {
    List<String> texts = InnerText.of(new AddressGuard.Pair(ipv4, ipv6High, ipv6Low));
    return texts.isEmpty() ? "" : texts.getFirst();
  }
}
