package org.p2pvpn.overlay.node;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.control.ControlPlane;
import org.p2pvpn.overlay.control.LeaseDesk;
import org.p2pvpn.overlay.exit.ExitPolicy;
import org.p2pvpn.overlay.exit.Leases;
import org.p2pvpn.overlay.host.HostChange;
import org.p2pvpn.overlay.host.HostCommands;
import org.p2pvpn.overlay.host.HostPlan;
import org.p2pvpn.overlay.host.Uplinks;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;

/** Serving as an exit: the host's rules first, then leases. */
final class ExitSide implements LeaseDesk {
  /** Ours: renewed at every handshake, about each two minutes; a client may sleep over lunch. */
  private static final long LEASE_NANOS = TimeUnit.HOURS.toNanos(2);

  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

  private final Leases leases;
  private final boolean hasIpv6;
  private final boolean hasResolver;

  private ExitSide(Leases leases, boolean hasIpv6, boolean hasResolver) {
    this.leases = leases;
    this.hasIpv6 = hasIpv6;
    this.hasResolver = hasResolver;
  }

  /** Opens the way out, then hands out leases. */
  static void open(
      NodeConfig config,
      NodeConfig.ServeExit serve,
      HostPlan.Tunnel tunnel,
      NodeId id,
      HostSide host,
      ControlPlane control,
      StageListener stages) {
    Leases leases = new Leases(id.toBytes(), LEASE_NANOS);
    ExitPolicy policy = policy(config, serve, leases);
    boolean hasIpv6 = Uplinks.hasIpv6();
    plan(policy, leases, tunnel).forEach(host::apply);
    control.serve(new ExitSide(leases, hasIpv6, !policy.resolverIpv4().isEmpty()));
    stages.stage(
        "exit",
        "this host sends other people's traffic to the internet, as "
            + (hasIpv6 ? "IPv4 and IPv6" : "IPv4 only"));
    if (policy.resolverIpv4().isEmpty()) {
      stages.stage("exit", "offers no resolver: this host has none but its own loopback");
    }
  }

  /** What an exit changes on its host, in the order to apply it. */
  static List<List<HostChange>> plan(ExitPolicy policy, Leases leases, HostPlan.Tunnel tunnel) {
    return List.of(
        HostPlan.serveExit(policy.nftBody(), Uplinks.advertisedLinks()),
        HostPlan.leasePools(tunnel, leases.poolIpv6()));
  }

  /** The rules for this host as it is connected now. */
  static ExitPolicy policy(NodeConfig config, NodeConfig.ServeExit serve, Leases leases) {
    List<String> resolvers = serve.dns().isEmpty() ? Uplinks.resolvers(RESOLV_CONF) : serve.dns();
    return new ExitPolicy(
        config.interfaceName(),
        leases.poolIpv6(),
        leases.gatewayIpv6().getHostAddress(),
        Uplinks.connectedPrefixes(new HostCommands(), config.interfaceName()),
        serve.allow(),
        serve.deny(),
        serve.denyPorts(),
        first(resolvers, false),
        first(resolvers, true));
  }

  private static String first(List<String> addresses, boolean ipv6) {
    return addresses.stream()
        .filter(address -> address.contains(":") == ipv6)
        .findFirst()
        .orElse("");
  }

  @Override
  public @Nullable LeaseGrant lend(byte[] clientNodeId, int salt, long nowNanos) {
    Optional<Leases.Lease> lease = leases.lease(clientNodeId, salt, nowNanos);
    if (lease.isEmpty()) {
      return null;
    }
    ByteBuffer ipv6 = ByteBuffer.wrap(lease.get().ipv6().getAddress());
    return new LeaseGrant(
        number(lease.get().ipv4()),
        hasIpv6 ? ipv6.getLong(0) : 0,
        hasIpv6 ? ipv6.getLong(8) : 0,
        hasResolver ? number(Leases.gatewayIpv4()) : 0);
  }

  @Override
  public void release(byte[] clientNodeId) {
    leases.release(clientNodeId);
  }

  @Override
  public int clients() {
    return leases.size();
  }

  private static int number(Inet4Address address) {
    return ByteBuffer.wrap(address.getAddress()).getInt();
  }
}
