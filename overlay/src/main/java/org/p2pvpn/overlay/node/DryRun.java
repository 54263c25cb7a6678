package org.p2pvpn.overlay.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.noise.IdentityException;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.control.TrafficClass;
import org.p2pvpn.overlay.exit.Leases;
import org.p2pvpn.overlay.host.HostChange;
import org.p2pvpn.overlay.host.HostPlan;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;

/** What a start would run on this host, for {@code --dry-run}; changes nothing, asks nobody. */
public final class DryRun {
  /** Stands for the lease that only the exit knows. */
  private static final LeaseGrant EXAMPLE_LEASE =
      new LeaseGrant(0xF800_0002, 0xFD71_0000_0000_0000L, 2, 0xF800_0001);

  private static final byte[] EXAMPLE_SEED = new byte[32];

  private DryRun() {}

  /** The commands in their order, and what is only an example as a comment. */
  public static List<String> commands(NodeConfig config) {
    List<String> lines = new ArrayList<>();
    Path file = config.statePath().resolve("identity");
    boolean known = Files.exists(file);
    if (!known) {
      lines.add("# no identity yet: the overlay addresses below are examples");
    }
    NodeId id = nodeId(file, known);
    Sizes sizes = Sizes.of(config);
    HostPlan.Tunnel tunnel = sizes.tunnel(config, id);
    if (config.routesWholeHost()) {
      add(lines, HostSide.killSwitch(config, config.listenPort()));
    }
    Routing routing = Routing.of(config);
    Set<HostChange> closed = new LinkedHashSet<>();
    if (routing.hasRules()) {
      closed.addAll(HostSide.classes(config, routing, config.listenPort(), Map.of()));
      add(lines, List.copyOf(closed));
    }
    lines.add("# the daemon opens the TUN device " + tunnel.link());
    add(lines, HostPlan.tunnel(tunnel));
    add(lines, HostPlan.guard(tunnel.link(), config.listenPort()));
    boolean names = config.resolver().enabled() && config.resolver().changeHost();
    HostChange.@Nullable Resolver resolver =
        names && !config.routesWholeHost()
            ? HostPlan.names(tunnel.link(), NameSide.ADDRESS, Path.of("/etc/resolv.conf"))
            : null;
    if (resolver != null) {
      add(lines, List.of(resolver));
    }
    if (config.serveExit() != null) {
      addExit(lines, config, config.serveExit(), id, tunnel);
    }
    if (config.exit() != null) {
      lines.add("# when the exit has lent an address (an example here):");
      Set<HostChange> open =
          new LinkedHashSet<>(
              HostSide.lease(
                  config,
                  HostSide.lease(EXAMPLE_LEASE),
                  HostSide.resolvers(config, EXAMPLE_LEASE),
                  tunnel,
                  names ? NameSide.ADDRESS : null));
      open.removeAll(closed);
      add(lines, List.copyOf(open));
    }
    addClasses(lines, config, routing, closed);
    return lines;
  }

  private static void addClasses(
      List<String> lines, NodeConfig config, Routing routing, Set<HostChange> closed) {
    Map<Integer, HostPlan.Lease> lent = new TreeMap<>();
    for (TrafficClass traffic : routing.classes()) {
      int number = traffic.number();
      if (number == 0) {
        continue;
      }
      lent.put(
          number,
          HostSide.lease(
              new LeaseGrant(
                  EXAMPLE_LEASE.ipv4() + number,
                  EXAMPLE_LEASE.ipv6High(),
                  EXAMPLE_LEASE.ipv6Low() + number,
                  EXAMPLE_LEASE.dnsIpv4())));
      lines.add("# when the exit of " + traffic.name() + " has lent an address (an example here):");
      Set<HostChange> open =
          new LinkedHashSet<>(HostSide.classes(config, routing, config.listenPort(), lent));
      open.removeAll(closed);
      add(lines, List.copyOf(open));
      closed.addAll(open);
    }
  }

  private static void addExit(
      List<String> lines,
      NodeConfig config,
      NodeConfig.ServeExit serve,
      NodeId id,
      HostPlan.Tunnel tunnel) {
    Leases leases = new Leases(id.toBytes(), 1);
    ExitSide.plan(ExitSide.policy(config, serve, leases), leases, tunnel)
        .forEach(plan -> add(lines, plan));
  }

  private static void add(List<String> lines, List<HostChange> plan) {
    plan.forEach(change -> change.commands().forEach(command -> lines.add("[#] " + command)));
  }

  private static NodeId nodeId(Path file, boolean known) {
    try (Identity identity =
        known ? Identity.loadOrCreate(file) : Identity.ofSeed(EXAMPLE_SEED.clone())) {
      return NodeId.ofPublicKey(identity.signingKey());
    } catch (IdentityException e) {
      throw new ControlException(1, String.valueOf(e.getMessage()), "p2pvpn doctor");
    }
  }
}
