package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.score.Candidate;
import org.p2pvpn.overlay.score.Claims;
import org.p2pvpn.overlay.score.ExitPolicySummary;
import org.p2pvpn.overlay.score.Figure;
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
  private final Adverts adverts;
  private final Map<NodeId, Measurements> measured = new HashMap<>();

  Roster(PeerBook peers, Adverts adverts) {
    this.peers = peers;
    this.adverts = adverts;
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

  /** Those that say they are exits; {@code used} is the one in use, or null. */
  List<ExitReport> exits(@Nullable NodeId used, long nowEpochSecond) {
    List<ExitReport> exits = new ArrayList<>();
    for (Peer peer : peers.all()) {
      var said = adverts.claimsOf(peer.id, nowEpochSecond);
      boolean inUse = used != null && peer.id.equals(used);
      Claims claims = said == null ? Claims.NOTHING : ClaimsReader.read(said);
      if (claims.roles().contains(Role.EXIT) || inUse) {
        long rttNanos = peer.echo.rttNanos();
        exits.add(
            new ExitReport(
                peer.name,
                peer.id.toString(),
                claims.country(),
                peer.origin.name().toLowerCase(Locale.ROOT),
                claims.exitPolicy().ipv6(),
                rttNanos < 0 ? -1 : rttNanos / 1e6,
                Double.isNaN(claims.load()) ? 0 : claims.load(),
                inUse));
      }
    }
    return exits;
  }

  /** As of this moment. */
  NodeTable table(long nowEpochSecond) {
    List<Candidate> candidates = new ArrayList<>();
    for (Peer peer : peers.all()) {
      Measurements known = measured.getOrDefault(peer.id, Measurements.NOTHING);
      candidates.add(
          new Candidate(peer.id, claims(peer, nowEpochSecond), placed(peer, known), trust(peer)));
    }
    return new NodeTable(candidates, Map.of(), null, nowEpochSecond);
  }

  private Claims claims(Peer peer, long nowEpochSecond) {
    var said = adverts.claimsOf(peer.id, nowEpochSecond);
    if (said != null) {
      return ClaimsReader.read(said);
    }
    return peer.origin == Peer.Origin.ADVERT ? Claims.NOTHING : WILLING;
  }

  private static Figure trust(Peer peer) {
    return peer.origin == Peer.Origin.CONFIG || peer.origin == Peer.Origin.INVITE
        ? NAMED_TRUST
        : Figure.UNKNOWN;
  }

  private static Measurements placed(Peer peer, Measurements known) {
    List<InetSocketAddress> seenAt = new ArrayList<>(peer.candidates);
    InetSocketAddress endpoint = peer.session.endpoint();
    if (endpoint != null) {
      seenAt.add(endpoint);
    }
    return known.withPlace(known.country(), ClaimsReader.neighbourhoods(seenAt));
  }
}
