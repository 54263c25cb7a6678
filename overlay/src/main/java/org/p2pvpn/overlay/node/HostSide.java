package org.p2pvpn.overlay.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.control.InnerText;
import org.p2pvpn.overlay.host.Host;
import org.p2pvpn.overlay.host.HostChange;
import org.p2pvpn.overlay.host.HostCommands;
import org.p2pvpn.overlay.host.HostPlan;
import org.p2pvpn.overlay.host.RoutePlan;
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
  private final Routing routing;
  private final Map<Integer, LeaseGrant> lent = new TreeMap<>();
  private List<HostChange> leased = List.of();
  private int listenPort;
  private volatile boolean killSwitchOn;
  private @Nullable NameSide names;

  HostSide(NodeConfig config) {
    this.config = config;
    routing = Routing.of(config);
    host = Host.open(config.statePath(), LOG::warn);
  }

  /** Takes back what a dead process left; its kill switch holds until ours replaces it. */
  synchronized void recover() {
    host.undoAllBut(this::staysClosed)
        .forEach(obstacle -> LOG.warn("left over from an earlier run: {}", obstacle));
  }

  private boolean staysClosed(HostChange change) {
    return HostPlan.isClassGuard(change)
        ? routing.hasRules()
        : HostPlan.isKillSwitch(change) && config.routesWholeHost();
  }

  /** Blocks what is to leave by exits and nowhere else, as far as the config says so. */
  synchronized void closeKillSwitch(int udpPort) {
    listenPort = udpPort;
    if (config.routesWholeHost()) {
      host.apply(killSwitch(config, listenPort));
    }
    killSwitchOn = config.routesWholeHost();
    if (routing.hasRules()) {
      leased = leases(null);
      host.apply(leased);
    }
  }

  synchronized void raiseTunnel(HostPlan.Tunnel tunnel, int listenPort) {
    List<HostChange> plan = new ArrayList<>(HostPlan.tunnel(tunnel));
    plan.addAll(HostPlan.guard(tunnel.link(), listenPort));
    host.apply(plan);
  }

  /**
   * From now on our own server is asked for names. Where an exit takes all of the host's traffic it
   * is asked when the exit has lent addresses, which may be so already.
   */
  synchronized void useNames(NameSide side, HostPlan.Tunnel tunnel) {
    names = side;
    if (config.routesWholeHost()) {
      arrange(leases(tunnel));
      handOnNames();
    } else {
      askForPeers(side);
    }
  }

  private void askForPeers(NameSide side) {
    HostChange.@Nullable Resolver change =
        config.resolver().changeHost()
            ? HostPlan.names(config.interfaceName(), side.address(), RESOLV_CONF)
            : null;
    if (change != null) {
      side.handOnTo(change.bySystemdResolved() ? List.of() : HostPlan.servers(RESOLV_CONF));
      host.apply(List.of(change));
    }
  }

  /** A class of traffic goes by its exit, from the addresses it lent; replaces an earlier lease. */
  synchronized void takeLease(int exit, LeaseGrant grant, HostPlan.Tunnel tunnel) {
    LeaseGrant earlier = lent.put(exit, grant);
    if (grant.equals(earlier)) {
      return;
    }
    arrange(leases(tunnel));
    endConnections(earlier);
    handOnNames();
  }

  /** From what follows from leases now to this. */
  private void arrange(List<HostChange> next) {
    Set<String> tables = new HashSet<>();
    next.forEach(change -> tables.add(table(change)));
    // A table that comes anew replaces the old one: in between there would be a hole.
    List<HostChange> gone =
        leased.stream()
            .filter(change -> !next.contains(change))
            .filter(change -> table(change).isEmpty() || !tables.contains(table(change)))
            .toList();
    host.undo(gone).forEach(obstacle -> LOG.warn("earlier lease: {}", obstacle));
    Set<HostChange> before = new HashSet<>(leased);
    gone.forEach(before::remove);
    leased = List.copyOf(before);
    host.apply(next.stream().filter(change -> !before.contains(change)).toList());
    leased = next;
  }

  /** With an exit for everything, other names than peers' go to the exit's resolvers. */
  private void handOnNames() {
    LeaseGrant rest = lent.get(0);
    NameSide side = asked();
    if (rest == null || side == null || !config.routesWholeHost()) {
      return;
    }
    List<String> resolvers = resolvers(config, rest);
    if (!resolvers.isEmpty()) {
      side.handOnTo(resolvers);
    }
  }

  /** Our own server, where this host's programs are made to ask it. */
  private @Nullable NameSide asked() {
    return config.resolver().changeHost() ? names : null;
  }

  /** All that follows from what was lent so far, each once: two classes may have one exit. */
  private List<HostChange> leases(HostPlan.@Nullable Tunnel tunnel) {
    Set<HostChange> plan = new LinkedHashSet<>();
    if (routing.hasRules()) {
      plan.addAll(classes(config, routing, listenPort, lent));
    }
    LeaseGrant rest = lent.get(0);
    if (rest != null && tunnel != null) {
      NameSide side = asked();
      plan.addAll(lease(config, rest, tunnel, side == null ? null : side.address()));
    }
    return List.copyOf(plan);
  }

  private static String table(HostChange change) {
    return change instanceof HostChange.NftTable table ? table.family() + " " + table.name() : "";
  }

  /**
   * Another exit lends other addresses: what was connected from the earlier ones is told so now,
   * and need not find out. Kernels that cannot (no INET_DIAG_DESTROY) leave it to the programs'
   * timers.
   */
  private static void endConnections(@Nullable LeaseGrant earlier) {
    if (earlier == null) {
      return;
    }
    HostPlan.Lease lease = lease(earlier);
    for (String address : List.of(lease.ipv4(), lease.ipv6())) {
      if (!address.isEmpty()) {
        HostCommands.Outcome ended =
            new HostCommands().run(List.of("ss", "-K", "-n", "src", address), "");
        LOG.debug("connections from {}: {}", address, ended.succeeded() ? "ended" : ended.errors());
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
    return HostPlan.killSwitch(config.interfaceName(), listenPort, lanPrefixes(config), true);
  }

  private static List<String> lanPrefixes(NodeConfig config) {
    return config.allowLan()
        ? Uplinks.lanPrefixes(new HostCommands(), config.interfaceName())
        : List.of();
  }

  /** What rules cover; closed but for the exits that lent something. */
  static List<HostChange> classes(
      NodeConfig config, Routing routing, int listenPort, Map<Integer, LeaseGrant> lent) {
    Map<Integer, HostPlan.Lease> leases = new TreeMap<>();
    lent.forEach((exit, grant) -> leases.put(exit, lease(grant)));
    leases.remove(0);
    RoutePlan plan = routing.plan(config, listenPort, lanPrefixes(config));
    List<HostChange> changes = new ArrayList<>();
    changes.add(plan.guard(leases));
    changes.addAll(plan.routes(leases));
    return changes;
  }

  private static HostPlan.Lease lease(LeaseGrant grant) {
    return new HostPlan.Lease(text(grant.ipv4(), 0, 0), text(0, grant.ipv6High(), grant.ipv6Low()));
  }

  /** Whole-host routing, and containers and virtual machines of this host with it. */
  static List<HostChange> lease(
      NodeConfig config, LeaseGrant grant, HostPlan.Tunnel tunnel, @Nullable String ownServer) {
    HostPlan.Lease lease = lease(grant);
    if (!config.routesWholeHost()) {
      return HostPlan.someDestinations(config.interfaceName(), lease, config.exitRoutes());
    }
    HostChange.@Nullable Resolver resolver = resolver(config, resolvers(config, grant), ownServer);
    List<HostChange> plan =
        new ArrayList<>(HostPlan.wholeHost(config.interfaceName(), lease, resolver));
    plan.addAll(HostPlan.forwardedTraffic(tunnel, lease));
    return plan;
  }

  private static List<String> resolvers(NodeConfig config, LeaseGrant grant) {
    List<String> resolvers = new ArrayList<>(config.dns());
    if (resolvers.isEmpty() && grant.dnsIpv4() != 0) {
      resolvers.add(text(grant.dnsIpv4(), 0, 0));
    }
    return resolvers;
  }

  /**
   * Our own server first: it knows peers and hands everything else on, through the tunnel. Behind
   * it, in a file, the exit's; resolved would take them for equals, so there it stands alone.
   */
  private static HostChange.@Nullable Resolver resolver(
      NodeConfig config, List<String> resolvers, @Nullable String ownServer) {
    if (resolvers.isEmpty()) {
      return null;
    }
    HostChange.Resolver without = HostPlan.resolver(config.interfaceName(), resolvers, RESOLV_CONF);
    if (ownServer == null) {
      return without;
    }
    List<String> servers = new ArrayList<>(List.of(ownServer));
    servers.addAll(without.bySystemdResolved() ? List.of() : resolvers);
    return HostPlan.resolver(config.interfaceName(), servers, RESOLV_CONF);
  }

  /** Empty for an address that was not lent. */
  private static String text(int ipv4, long ipv6High, long ipv6Low) {
    List<String> texts = InnerText.of(new AddressGuard.Pair(ipv4, ipv6High, ipv6Low));
    return texts.isEmpty() ? "" : texts.getFirst();
  }
}
