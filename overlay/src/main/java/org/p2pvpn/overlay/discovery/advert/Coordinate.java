package org.p2pvpn.overlay.discovery.advert;

import java.util.List;

/**
 * A Vivaldi coordinate as it travels.
 *
 * @param positionMicros one to eight dimensions, round-trip time
 * @param heightMicros the access link's share, on top of every distance
 * @param errorPermille how sure the node is: 0 is certain, 1000 is a guess
 */
public record Coordinate(List<Integer> positionMicros, int heightMicros, int errorPermille) {
  public Coordinate {
    positionMicros = List.copyOf(positionMicros);
    Text.require(
        !positionMicros.isEmpty() && positionMicros.size() <= AdvertLimits.DIMENSIONS_MAX,
        "coordinate: expected 1 to 8 dimensions");
    for (int micros : positionMicros) {
      Text.require(
          micros >= -AdvertLimits.MICROS_MAX && micros <= AdvertLimits.MICROS_MAX,
          "coordinate: expected at most a minute");
    }
    Text.require(
        heightMicros >= 0 && heightMicros <= AdvertLimits.MICROS_MAX, "coordinate: height");
    Text.require(errorPermille >= 0 && errorPermille <= 1000, "coordinate: error");
  }

  /** How far from where it was, its height with it; of other dimensions, as far as can be. */
  long microsTo(Coordinate other) {
    if (positionMicros.size() != other.positionMicros.size()) {
      return Long.MAX_VALUE;
    }
    double sum = 0;
    for (int i = 0; i < positionMicros.size(); i++) {
      double difference = positionMicros.get(i) - (double) other.positionMicros.get(i);
      sum += difference * difference;
    }
    return Math.round(Math.sqrt(sum)) + Math.abs((long) heightMicros - other.heightMicros);
  }
}
