package org.p2pvpn.overlay.discovery.advert;

import java.util.LinkedHashMap;
import java.util.Map;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * The highest sequence seen of each node, so that nobody goes back to what it said earlier. One
 * thread.
 *
 * <p>At the limit those are forgotten whose last advert has run out: all earlier ones of an honest
 * node have run out as well, so that none of them can come back. When none has, a new node is not
 * taken: who is known stays protected.
 */
final class SequenceFloors {
  /** Ours: eight for each place in the book; 48 bytes each on disk. */
  static final int FLOORS_MAX = 8 * AdvertBook.ADVERTS_MAX;

  /**
   * What is remembered of one node.
   *
   * @param untilSeconds when the last advert seen runs out
   */
  record Floor(long sequence, long untilSeconds) {}

  private final Map<NodeId, Floor> floors = new LinkedHashMap<>();

  /** Before this moment a walk over all of them would find nothing to forget. */
  private long nextForgettingSeconds;

  /** -1 for a node never seen. */
  long of(NodeId id) {
    Floor floor = floors.get(id);
    return floor == null ? -1 : floor.sequence;
  }

  boolean hasRoomFor(NodeId id, long nowSeconds) {
    if (floors.size() < FLOORS_MAX || floors.containsKey(id)) {
      return true;
    }
    if (nowSeconds >= nextForgettingSeconds) {
      floors.values().removeIf(floor -> floor.untilSeconds <= nowSeconds);
      nextForgettingSeconds =
          floors.values().stream().mapToLong(Floor::untilSeconds).min().orElse(nowSeconds);
    }
    return floors.size() < FLOORS_MAX;
  }

  void raise(NodeId id, long sequence, long untilSeconds) {
    floors.merge(
        id,
        new Floor(sequence, untilSeconds),
        (was, is) ->
            new Floor(
                Math.max(was.sequence, is.sequence), Math.max(was.untilSeconds, is.untilSeconds)));
  }

  Map<NodeId, Floor> copy() {
    return Map.copyOf(floors);
  }
}
