package org.p2pvpn.overlay.control;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.EndpointReach;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.score.IpPrefix;

/**
 * Where we are: this host's own addresses, and where peers say that they see us. What one peer says
 * is outvoted by what others say: a voice for each neighbourhood (IPv4 /16, IPv6 /32), and within
 * that for each peer, so that no one who rents many addresses in one place has many voices. A
 * function of what was reported. Lives on the control thread.
 */
final class OwnAddresses {
  /** Ours: others are not asked. Past it the oldest report goes. */
  private static final int REPORTS_MAX = 256;

  private final Map<NodeId, Report> reports = new LinkedHashMap<>();
  private List<InetSocketAddress> local = List.of();

  /**
   * One peer's word.
   *
   * @param from where we see that peer
   * @param seen where it says that it sees us
   */
  record Report(NodeId by, InetSocketAddress from, InetSocketAddress seen) {
    boolean isIpv6() {
      return seen.getAddress() instanceof Inet6Address;
    }
  }

  /** This host's own, our port with each. Returns whether they are others than before. */
  boolean local(List<InetSocketAddress> addresses) {
    boolean changed = !local.equals(addresses);
    local = List.copyOf(addresses);
    return changed;
  }

  List<InetSocketAddress> local() {
    return local;
  }

  void onReport(NodeId by, InetSocketAddress from, InetSocketAddress seen) {
    boolean sameFamily =
        from.getAddress() instanceof Inet6Address == seen.getAddress() instanceof Inet6Address;
    EndpointReach reach = EndpointReach.of(seen.getAddress());
    // Who sits in our LAN cannot see where we come out of it.
    boolean possible =
        sameFamily
            && reach != EndpointReach.NOWHERE
            && reach.compareTo(EndpointReach.of(from.getAddress())) >= 0;
    if (!possible) {
      return;
    }
    reports.put(by, new Report(by, from, seen));
    if (reports.size() > REPORTS_MAX) {
      reports.remove(reports.keySet().iterator().next());
    }
  }

  /** What it saw is past. */
  void forget(NodeId by) {
    reports.remove(by);
  }

  /** We are somewhere else: what was seen before says nothing. */
  void forgetAll() {
    reports.clear();
  }

  List<Report> reports() {
    return List.copyOf(reports.values());
  }

  /** The address that most see, as far as it reaches; null before the first report. */
  private @Nullable InetAddress address(boolean ipv6) {
    List<Report> family = family(ipv6);
    // A peer in our LAN sees us there: right, and of no use to those who are not.
    EndpointReach widest =
        family.stream()
            .map(report -> EndpointReach.of(report.seen().getAddress()))
            .min(Comparator.naturalOrder())
            .orElse(EndpointReach.NOWHERE);
    return winner(
        family.stream()
            .filter(report -> EndpointReach.of(report.seen().getAddress()) == widest)
            .toList(),
        report -> report.seen().getAddress());
  }

  /** Where others can call us, as far as that is known: nothing behind a symmetric NAT. */
  @Nullable InetSocketAddress observed(boolean ipv6) {
    InetAddress address = address(ipv6);
    return address == null || kind(ipv6) == NatKind.ENDPOINT_DEPENDENT
        ? null
        : winner(at(address), Report::seen);
  }

  /** Of both families, IPv6 first, without what are our own addresses anyway. */
  List<InetSocketAddress> observed() {
    List<InetSocketAddress> observed = new ArrayList<>();
    for (boolean ipv6 : new boolean[] {true, false}) {
      InetSocketAddress endpoint = observed(ipv6);
      if (endpoint != null && !local.contains(endpoint)) {
        observed.add(endpoint);
      }
    }
    return observed;
  }

  NatKind kind(boolean ipv6) {
    InetAddress address = address(ipv6);
    if (address == null) {
      return NatKind.UNKNOWN;
    }
    if (local.stream().anyMatch(own -> own.getAddress().equals(address))) {
      return NatKind.NONE;
    }
    List<Report> seen = at(address);
    // Two nodes at one address share a mapping even where each address gets one of its own.
    long observers = distinct(seen, report -> report.from().getAddress());
    if (observers < 2) {
      return NatKind.SOME;
    }
    InetSocketAddress most = winner(seen, Report::seen);
    List<Report> agreeing = seen.stream().filter(report -> report.seen().equals(most)).toList();
    long agree = distinct(agreeing, report -> report.from().getAddress());
    return agree >= 2 && agree * 2 > observers
        ? NatKind.ENDPOINT_INDEPENDENT
        : NatKind.ENDPOINT_DEPENDENT;
  }

  private List<Report> family(boolean ipv6) {
    return reports.values().stream().filter(report -> report.isIpv6() == ipv6).toList();
  }

  private List<Report> at(InetAddress address) {
    return reports.values().stream()
        .filter(report -> report.seen().getAddress().equals(address))
        .toList();
  }

  private static <T> long distinct(Collection<Report> of, Function<Report, T> by) {
    return of.stream().map(by).distinct().count();
  }

  /** Most neighbourhoods, then most peers, then the first that was said. */
  private static <T> @Nullable T winner(List<Report> votes, Function<Report, T> of) {
    Map<T, List<Report>> camps =
        votes.stream().collect(Collectors.groupingBy(of, LinkedHashMap::new, Collectors.toList()));
    T best = null;
    long bestVoices = 0;
    for (Map.Entry<T, List<Report>> camp : camps.entrySet()) {
      Set<IpPrefix> places = new HashSet<>();
      camp.getValue()
          .forEach(report -> places.add(IpPrefix.neighbourhood(report.from().getAddress())));
      long voices = (long) places.size() << 32 | camp.getValue().size();
      if (voices > bestVoices) {
        bestVoices = voices;
        best = camp.getKey();
      }
    }
    return best;
  }

  /** Who says so, for each address. */
  Map<InetSocketAddress, List<NodeId>> voices() {
    Map<InetSocketAddress, List<NodeId>> voices = new HashMap<>();
    for (Report report : reports.values()) {
      voices.computeIfAbsent(report.seen(), _ -> new ArrayList<>()).add(report.by());
    }
    return voices;
  }
}
