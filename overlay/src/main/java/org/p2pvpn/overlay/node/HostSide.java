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
import org.p2pvpn.overlay.control.Lent;
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
  private final Map<Integer, Lent> lent = new TreeMap<>();

  /** By class, how often what new connections start from was another one. */
  private final Map<Integer, Integer> changes = new TreeMap<>();

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

  /** A class of traffic goes by its exit, from the addresses it lent; replaces what was lent. */
  synchronized void takeLease(int exit, Lent next, HostPlan.Tunnel tunnel) {
    Lent earlier = lent.put(exit, next);
    if (next.equals(earlier)) {
      return;
    }
    if (earlier != null && !earlier.present().equals(next.present())) {
      changes.merge(exit, 1, Integer::sum);
    }
    arrange(leases(tunnel));
    if (earlier != null) {
      addresses(earlier).stream()
          .filter(
              address -> lent.values().stream().noneMatch(it -> addresses(it).contains(address)))
          .forEach(HostSide::endConnections);
    }
    handOnNames();
  }

  /** Whether a program of this host is connected from these addresses. */
  boolean isUsed(LeaseGrant grant) {
    return addresses(new Lent(grant, List.of())).stream()
        .anyMatch(
            address -> {
              HostCommands.Outcome seen =
                  new HostCommands().run(List.of("ss", "-Hntu", "src", inSs(address)), "");
              return !seen.succeeded() || !seen.output().isBlank();
            });
  }

  /** From what follows from leases now to this: what is new first, so that there is no hole. */
  private void arrange(List<HostChange> next) {
    Set<String> tables = new HashSet<>();
    next.forEach(change -> tables.add(table(change)));
    // A table that comes anew replaces the old one.
    List<HostChange> gone =
        leased.stream()
            .filter(change -> !next.contains(change))
            .filter(change -> table(change).isEmpty() || !tables.contains(table(change)))
            .toList();
    // One at a time: the next one writes down what it finds, to put that back in the end.
    List<HostChange> resolvers =
        gone.stream().filter(HostChange.Resolver.class::isInstance).toList();
    takeBack(resolvers);
    Set<HostChange> before = new HashSet<>(leased);
    resolvers.forEach(before::remove);
    leased = List.copyOf(before);
    host.apply(next.stream().filter(change -> !before.contains(change)).toList());
    leased = next;
    takeBack(gone.stream().filter(change -> !resolvers.contains(change)).toList());
  }

  private void takeBack(List<HostChange> gone) {
    host.undo(gone).forEach(obstacle -> LOG.warn("earlier lease: {}", obstacle));
  }

  /** With an exit for everything, other names than peers' go to the exit's resolvers. */
  private void handOnNames() {
    Lent rest = lent.get(0);
    NameSide side = asked();
    if (rest == null || side == null || !config.routesWholeHost()) {
      return;
    }
    List<String> resolvers = resolvers(config, rest.present());
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
    Map<Integer, HostPlan.Lease> leases = new TreeMap<>();
    lent.forEach((exit, them) -> leases.put(exit, lease(them, changes.getOrDefault(exit, 0) % 2)));
    HostPlan.Lease rest = leases.remove(0);
    if (routing.hasRules()) {
      plan.addAll(classes(config, routing, listenPort, leases));
    }
    Lent lentToRest = lent.get(0);
    if (rest != null && lentToRest != null && tunnel != null) {
      NameSide side = asked();
      List<String> resolvers = resolvers(config, lentToRest.present());
      plan.addAll(lease(config, rest, resolvers, tunnel, side == null ? null : side.address()));
    }
    return List.copyOf(plan);
  }

  private static String table(HostChange change) {
    return change instanceof HostChange.NftTable table ? table.family() + " " + table.name() : "";
  }

  /**
   * What was connected from an address that is lent no longer is told so now, and need not find
   * out. Kernels that cannot (no INET_DIAG_DESTROY) leave it to the programs' timers.
   */
  private static void endConnections(String address) {
    HostCommands.Outcome ended =
        new HostCommands().run(List.of("ss", "-Kn", "src", inSs(address)), "");
    LOG.debug("connections from {}: {}", address, ended.succeeded() ? "ended" : ended.errors());
  }

  /** Without brackets it takes the last of the groups for a port. */
  private static String inSs(String address) {
    return address.contains(":") ? "[" + address + "]" : address;
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
      NodeConfig config, Routing routing, int listenPort, Map<Integer, HostPlan.Lease> leases) {
    RoutePlan plan = routing.plan(config, listenPort, lanPrefixes(config));
    List<HostChange> changes = new ArrayList<>();
    changes.add(plan.guard(leases));
    changes.addAll(plan.routes(leases));
    return changes;
  }

  private static HostPlan.Lease lease(Lent lent, int metric) {
    List<HostPlan.Lease> former = lent.former().stream().map(HostSide::lease).toList();
    HostPlan.Lease present = lease(lent.present());
    return new HostPlan.Lease(present.ipv4(), present.ipv6(), metric, former);
  }

  static HostPlan.Lease lease(LeaseGrant grant) {
    return new HostPlan.Lease(text(grant.ipv4(), 0, 0), text(0, grant.ipv6High(), grant.ipv6Low()));
  }

  private static Set<String> addresses(Lent lent) {
    HostPlan.Lease lease = lease(lent, 0);
    Set<String> addresses = new LinkedHashSet<>(lease.all(false));
    addresses.addAll(lease.all(true));
    return addresses;
  }

  /** Whole-host routing, and containers and virtual machines of this host with it. */
  static List<HostChange> lease(
      NodeConfig config,
      HostPlan.Lease lease,
      List<String> resolvers,
      HostPlan.Tunnel tunnel,
      @Nullable String ownServer) {
    if (!config.routesWholeHost()) {
      return HostPlan.someDestinations(config.interfaceName(), lease, config.exitRoutes());
    }
    HostChange.@Nullable Resolver resolver = resolver(config, resolvers, ownServer);
    List<HostChange> plan =
        new ArrayList<>(HostPlan.wholeHost(config.interfaceName(), lease, resolver));
    plan.addAll(HostPlan.forwardedTraffic(tunnel, lease));
    return plan;
  }

  static List<String> resolvers(NodeConfig config, LeaseGrant grant) {
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
