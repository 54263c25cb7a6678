package org.p2pvpn.overlay.control;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.overlay.identity.HostPort;

/** Puts {@link NetcheckReport} together. On the control thread. */
final class Netcheck {
  /** Ours: a connected peer is heard within one keepalive of WireGuard's, or two. */
  private static final long LATELY_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Reach reach;
  private final PeerBook peers;

  Netcheck(Reach reach, PeerBook peers) {
    this.reach = reach;
    this.peers = peers;
  }

  NetcheckReport report(
      int udpPort, List<PeerReport> peerReports, int relaysForOthers, long nowNanos) {
    return new NetcheckReport(
        udpPort, udp(nowNanos), List.of(family(true), family(false)), peerReports, relaysForOthers);
  }

  private String udp(long nowNanos) {
    boolean heard =
        peers.all().stream()
            .anyMatch(
                peer ->
                    peer.handshakeNanos != 0
                        && nowNanos - peer.session.lastReceivedNanos() < LATELY_NANOS);
    boolean calling = peers.all().stream().anyMatch(peer -> peer.retry != null);
    return heard ? "works" : calling ? "silent" : "unknown";
  }

  private NetcheckReport.Family family(boolean ipv6) {
    OwnAddresses own = reach.own();
    List<String> local =
        own.local().stream()
            .filter(place -> isIpv6(place) == ipv6)
            .map(place -> HostPort.of(place).toString())
            .toList();
    boolean used =
        peers.all().stream()
            .anyMatch(
                peer ->
                    peer.isStraight()
                        && peer.session.endpoint() != null
                        && isIpv6(peer.session.endpoint()) == ipv6);
    NatKind kind = own.kind(ipv6);
    InetSocketAddress observed = own.observed(ipv6);
    return new NetcheckReport.Family(
        ipv6 ? "IPv6" : "IPv4",
        used ? "works" : local.isEmpty() ? "absent" : "present",
        local,
        kind.name().toLowerCase(Locale.ROOT),
        kind.meaning(),
        observed == null ? "" : HostPort.of(observed).toString(),
        own.reports().stream()
            .filter(report -> report.isIpv6() == ipv6)
            .map(
                report ->
                    new NetcheckReport.Seen(name(report), HostPort.of(report.seen()).toString()))
            .toList());
  }

  private String name(OwnAddresses.Report report) {
    Peer peer = peers.get(report.by());
    return peer == null ? report.by().shortForm() : peer.name;
  }

  private static boolean isIpv6(InetSocketAddress place) {
    return place.getAddress() instanceof Inet6Address;
  }
}
