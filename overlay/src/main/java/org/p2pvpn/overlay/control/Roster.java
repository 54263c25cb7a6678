package org.p2pvpn.overlay.control;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.score.Candidate;
import org.p2pvpn.overlay.score.Claims;
import org.p2pvpn.overlay.score.ExitPolicySummary;
import org.p2pvpn.overlay.score.Figure;
import org.p2pvpn.overlay.score.IpPrefix;
import org.p2pvpn.overlay.score.Measurements;
import org.p2pvpn.overlay.score.NodeTable;
import org.p2pvpn.overlay.score.Role;

/**
 * Everyone who may become a hop, with what they claim and what we measured: from it the table that
 * a path is chosen by is made. Lives on the control thread.
 */
final class Roster {
  /** The operator named it: as good as anything we could find out, and yet no measurement. */
  private static final Figure NAMED_TRUST = Figure.derived(1);

  /** Nothing is known of what it offers; it will refuse what it does not do. */
  private static final Claims WILLING =
      new Claims(
          Set.of(Role.RELAY, Role.EXIT),
          "",
          "",
          "",
          0,
          0,
          new ExitPolicySummary(true, true, List.of()),
          Double.NaN,
          null,
          List.of(),
          0);

  private final PeerBook peers;
  private final Map<NodeId, Measurements> measured = new HashMap<>();

  Roster(PeerBook peers) {
    this.peers = peers;
  }

  void onSuccess(NodeId node, long nowEpochSecond) {
    update(node, known -> known.withSuccess(nowEpochSecond));
  }

  void onFailure(NodeId node, long nowEpochSecond) {
    update(node, known -> known.withFailure(nowEpochSecond));
  }

  void onBusy(NodeId node, long nowEpochSecond) {
    update(node, known -> known.withBusy(nowEpochSecond));
  }

  void onRoundTrip(NodeId node, long nanos) {
    update(node, known -> known.withRtt(nanos));
  }

  private void update(NodeId node, UnaryOperator<Measurements> change) {
    measured.put(node, change.apply(measured.getOrDefault(node, Measurements.NOTHING)));
  }

  /** As of this moment. */
  NodeTable table(long nowEpochSecond) {
    List<Candidate> candidates = new ArrayList<>();
    for (Peer peer : peers.all()) {
      Measurements known = measured.getOrDefault(peer.id, Measurements.NOTHING);
      candidates.add(new Candidate(peer.id, WILLING, placed(peer, known), trust(peer)));
    }
    return new NodeTable(candidates, Map.of(), null, nowEpochSecond);
  }

  private static Figure trust(Peer peer) {
    return peer.origin == Peer.Origin.CONFIG || peer.origin == Peer.Origin.INVITE
        ? NAMED_TRUST
        : Figure.UNKNOWN;
  }

  private static Measurements placed(Peer peer, Measurements known) {
    Set<IpPrefix> neighbourhoods = new LinkedHashSet<>();
    add(neighbourhoods, peer.session.endpoint());
    peer.candidates.forEach(endpoint -> add(neighbourhoods, endpoint));
    return known.withPlace(known.country(), List.copyOf(neighbourhoods));
  }

  /** In private ranges an address says nothing of who owns the house. */
  private static void add(Set<IpPrefix> neighbourhoods, @Nullable InetSocketAddress endpoint) {
    InetAddress address = endpoint == null ? null : endpoint.getAddress();
    if (address == null || address.isLoopbackAddress() || address.isLinkLocalAddress()) {
      return;
    }
    boolean uniqueLocal =
        address.getAddress().length == 16 && (address.getAddress()[0] & 0xFE) == 0xFC;
    if (!address.isSiteLocalAddress() && !uniqueLocal) {
      neighbourhoods.add(IpPrefix.neighbourhood(address));
    }
  }
}
