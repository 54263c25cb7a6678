package org.p2pvpn.overlay.control;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.AdvertLimits;
import org.p2pvpn.overlay.discovery.advert.Claims;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.score.Coordinate;
import org.p2pvpn.overlay.score.Vivaldi;

/**
 * Where we stand among the nodes whose round trip we measure, so that anybody can guess how far two
 * others are from each other. Moves with each measurement of a direct peer that says where it
 * stands; said of us in our own advert. Lives on the control thread.
 */
final class Coordinates {
  /** Serf's LatencyFilterSize: one queued packet is no distance. */
  private static final int MEDIAN_OF = 3;

  private static final double MICROS = 1e6;
  private static final double PERMILLE = 1000;

  private final RandomGenerator random;
  private Vivaldi vivaldi = Vivaldi.START;
  private boolean measured;

  /** By peer, newest last; the longest silent goes first. */
  private final Map<NodeId, List<Long>> latest =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, List<Long>> eldest) {
          return size() > PeerBook.PEERS_MAX;
        }
      };

  Coordinates(RandomGenerator random) {
    this.random = random;
  }

  /**
   * A direct round trip.
   *
   * @param said what the peer says of itself, or null: whoever says nothing is a client
   */
  void onRoundTrip(NodeId peer, long nanos, @Nullable Claims said) {
    if (said == null) {
      return;
    }
    List<Long> row = latest.computeIfAbsent(peer, _ -> new ArrayList<>(MEDIAN_OF));
    if (row.size() == MEDIAN_OF) {
      row.removeFirst();
    }
    row.add(nanos);
    long[] sorted = row.stream().mapToLong(Long::longValue).sorted().toArray();
    Coordinate theirs = read(said.coordinate());
    // Nodes that have measured nothing yet stand at the origin, with the largest error.
    vivaldi =
        vivaldi.observed(
            theirs == null ? Coordinate.ORIGIN : theirs, sorted[(sorted.length - 1) / 2], random);
    measured = true;
  }

  /** Null before the first measurement. */
  @Nullable Coordinate own() {
    return measured ? vivaldi.coordinate() : null;
  }

  /** What we say of ourselves, and where we stand. */
  Claims in(Claims claims) {
    Coordinate at = own();
    return at == null ? claims : claims.withCoordinate(write(at));
  }

  /** The adjustment is a part of every distance, and so is the height. */
  static org.p2pvpn.overlay.discovery.advert.Coordinate write(Coordinate coordinate) {
    List<Integer> position =
        Arrays.stream(coordinate.vector()).mapToObj(Coordinates::micros).toList();
    double height = coordinate.heightSeconds() + coordinate.adjustmentSeconds();
    return new org.p2pvpn.overlay.discovery.advert.Coordinate(
        position,
        Math.max(micros(Coordinate.HEIGHT_MIN_SECONDS), micros(height)),
        (int) Math.round(Math.clamp(coordinate.error(), 0.0, 1.0) * PERMILLE));
  }

  private static int micros(double seconds) {
    return Math.clamp(
        Math.round(seconds * MICROS), -AdvertLimits.MICROS_MAX, AdvertLimits.MICROS_MAX);
  }

  /** Null when there is none, or one of another shape. */
  static @Nullable Coordinate read(org.p2pvpn.overlay.discovery.advert.@Nullable Coordinate said) {
    return said == null
        ? null
        : Coordinate.claimed(
            said.positionMicros().stream().mapToDouble(micros -> micros / MICROS).toArray(),
            said.errorPermille() / PERMILLE,
            0,
            said.heightMicros() / MICROS);
  }
}
