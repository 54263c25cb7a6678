package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.CountryFromFile;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.ledger.Observation;
import org.p2pvpn.overlay.ledger.Observations;
import org.p2pvpn.overlay.score.Candidate;
import org.p2pvpn.overlay.score.Claims;
import org.p2pvpn.overlay.score.ExitPolicySummary;
import org.p2pvpn.overlay.score.Figure;
import org.p2pvpn.overlay.score.Measurements;
import org.p2pvpn.overlay.score.NodeTable;
import org.p2pvpn.overlay.score.Origin;
import org.p2pvpn.overlay.score.Role;

/**
 * Everyone who may become a hop, with what they claim and what we measured: from it the table that
 * a path is chosen by is made. What is learned of them outlives this run in the ledger. Lives on
 * the control thread.
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

  /**
   * Ours: the exit is asked twelve times as often, and a month of that would push everything else
   * out of the ledger.
   */
  static final long ROUND_TRIP_NOTED_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Ours: as long as a path may take to be built. */
  static final long HEARD_NANOS = Circuits.BUILD_WITHIN_NANOS;

  /** Those that have not been asked for longest are forgotten, until the next start. */
  private static final int MEASURED_MAX = PeerBook.PEERS_MAX;

  private final PeerBook peers;
  private final Adverts adverts;
  private @Nullable CountryFromFile countries;
  private final Experience experience;
  private final Map<NodeId, Measurements> measured =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Measurements> eldest) {
          return size() > MEASURED_MAX;
        }
      };

  private final Coordinates coordinates;

  Roster(PeerBook peers, Adverts adverts, Experience experience, RandomGenerator random) {
    coordinates = new Coordinates(random);
    this.peers = peers;
    this.adverts = adverts;
    this.experience = experience;
  }

  /** What earlier runs found out, once it has been read; what this one measured is newer. */
  void recall(Observations past, Map<NodeId, Measurements> figures) {
    experience.recall(past);
    figures.forEach(
        (node, then) -> measured.merge(node, then, (now, _) -> Recalled.and(then, now)));
  }

  void onBuilt(CircuitPath path, Moment now) {
    List<NodeId> hops = path.hops().stream().map(hop -> hop.id).toList();
    hops.forEach(hop -> update(hop, known -> known.withSuccess(now.unixSeconds())));
    note(new Observation.CircuitBuilt(hops, micros(now.nanos() - path.begunNanos())), now);
  }

  void onFailure(NodeId node, Moment now) {
    onBroken(node, Observation.How.SILENT, now);
  }

  void onBroken(NodeId node, Observation.How how, Moment now) {
    if (how != Observation.How.LEFT) {
      update(node, known -> known.withFailure(now.unixSeconds()));
    }
    if (how == Observation.How.LEFT || hearsOthers(node, now.nanos())) {
      note(new Observation.CircuitBroken(node, how), now);
    }
  }

  void onBusy(NodeId node, Moment now) {
    update(node, known -> known.withBusy(now.unixSeconds()));
    note(new Observation.BusySeen(node), now);
  }

  /** Of paths through this relay alone. */
  void onProbed(NodeId node, int decided, int lost) {
    update(node, known -> known.withProbes(decided, lost));
  }

  void onServed(NodeId node, long bytes, Moment now) {
    note(new Observation.Served(node, bytes), now);
  }

  void onRoundTrip(Peer peer, long nanos, Moment now) {
    update(peer.id, known -> known.withRtt(nanos));
    coordinates.onRoundTrip(peer.id, nanos, adverts.claimsOf(peer.id, now.unixSeconds()));
    if (peer.roundTripNotedNanos == 0
        || now.nanos() - peer.roundTripNotedNanos >= ROUND_TRIP_NOTED_NANOS) {
      peer.roundTripNotedNanos = now.nanos();
      note(new Observation.RttMeasured(peer.id, micros(nanos)), now);
    }
  }

  void onHandshake(NodeId node, long tookNanos, Moment now) {
    note(new Observation.HandshakeMade(node, micros(tookNanos)), now);
  }

  void onUnanswered(NodeId node, Moment now) {
    if (hearsOthers(node, now.nanos())) {
      note(new Observation.HandshakeFailed(node), now);
    }
  }

  /** Nobody shall lose trust because our own link was down. */
  private boolean hearsOthers(NodeId node, long nowNanos) {
    return Stream.concat(peers.all().stream(), peers.passing().stream())
        .filter(peer -> !peer.id.equals(node) && peer.handshakeNanos != 0)
        .anyMatch(peer -> nowNanos - peer.session.lastReceivedNanos() < HEARD_NANOS);
  }

  private void note(Observation what, Moment now) {
    experience.note(what, now.unixSeconds());
  }

  private static long micros(long nanos) {
    return TimeUnit.NANOSECONDS.toMicros(Math.max(0, nanos));
  }

  private void update(NodeId node, UnaryOperator<Measurements> change) {
    measured.put(node, change.apply(measured.getOrDefault(node, Measurements.NOTHING)));
  }

  /** Those that say they are exits; {@code used} is the one in use, or null. */
  List<ExitReport> exits(Function<NodeId, List<String>> usersOf, long nowEpochSecond) {
    List<ExitReport> exits = new ArrayList<>();
    for (Peer peer : peers.all()) {
      var said = adverts.claimsOf(peer.id, nowEpochSecond);
      List<String> users = usersOf.apply(peer.id);
      boolean inUse = !users.isEmpty();
      Claims claims = said == null ? Claims.NOTHING : ClaimsReader.read(said);
      if (claims.roles().contains(Role.EXIT) || inUse) {
        Candidate candidate = candidate(peer, nowEpochSecond);
        boolean isDerived = candidate.countryOrigin() == Origin.DERIVED;
        long rttNanos = peer.echo.rttNanos();
        exits.add(
            new ExitReport(
                peer.name,
                peer.id.toString(),
                candidate.country(),
                isDerived ? "derived" : "claimed",
                peer.origin.name().toLowerCase(Locale.ROOT),
                claims.exitPolicy().ipv6(),
                rttNanos < 0 ? -1 : rttNanos / 1e6,
                Double.isNaN(claims.load()) ? 0 : claims.load(),
                inUse,
                users));
      }
    }
    return exits;
  }

  /** Where we stand ourselves. */
  Coordinates coordinates() {
    return coordinates;
  }

  /** What the operator's file says goes before what a node says of itself. */
  void countries(@Nullable CountryFromFile file) {
    countries = file;
  }

  /** Of the first place that the file knows; empty without a file. */
  private String country(List<InetSocketAddress> places) {
    CountryFromFile file = countries;
    if (file != null) {
      for (InetSocketAddress place : places) {
        String country = file.of(place.getAddress());
        if (country != null) {
          return country;
        }
      }
    }
    return "";
  }

  /** As of this moment. */
  NodeTable table(long nowEpochSecond) {
    List<Candidate> candidates = new ArrayList<>();
    for (Peer peer : peers.all()) {
      if (peer.isConnected() && peer.session.isNested()) {
        continue; // a circuit does not begin in a relayed session
      }
      candidates.add(candidate(peer, nowEpochSecond));
    }
    return new NodeTable(candidates, Map.of(), coordinates.own(), nowEpochSecond);
  }

  private Candidate candidate(Peer peer, long nowEpochSecond) {
    Measurements known = measured.getOrDefault(peer.id, Measurements.NOTHING);
    return new Candidate(
        peer.id, claims(peer, nowEpochSecond), placed(peer, known), trust(peer, nowEpochSecond));
  }

  private Claims claims(Peer peer, long nowEpochSecond) {
    var said = adverts.claimsOf(peer.id, nowEpochSecond);
    if (said != null) {
      return ClaimsReader.read(said);
    }
    return peer.origin == Peer.Origin.ADVERT ? Claims.NOTHING : WILLING;
  }

  private Figure trust(Peer peer, long nowEpochSecond) {
    return peer.origin == Peer.Origin.CONFIG || peer.origin == Peer.Origin.INVITE
        ? NAMED_TRUST
        : experience.trust(peer.id, nowEpochSecond);
  }

  private Measurements placed(Peer peer, Measurements known) {
    List<InetSocketAddress> places = places(peer);
    return known.withPlace(country(places), ClaimsReader.neighbourhoods(places));
  }

  /** Where it is, and then where it says that it is. */
  private static List<InetSocketAddress> places(Peer peer) {
    List<InetSocketAddress> places = new ArrayList<>(peer.candidates);
    InetSocketAddress endpoint = peer.session.endpoint();
    if (endpoint != null) {
      places.addFirst(endpoint);
    }
    return places;
  }
}
