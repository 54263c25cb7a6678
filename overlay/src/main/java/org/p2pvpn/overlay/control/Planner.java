package org.p2pvpn.overlay.control;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.ledger.Observation;
import org.p2pvpn.overlay.score.PathScore;

/** Who may be on a path: the choice is made elsewhere. */
interface Planner {
  /**
   * What came of it.
   *
   * @param hops guard first, exit last; empty when no path satisfies the constraints
   * @param trouble why there is none, or empty
   */
  record Plan(List<Peer> hops, String trouble) {}

  /**
   * A path.
   *
   * @param exit the one in use, or null to choose one
   * @param beside the path in use, which this one has to share nothing with but the exit
   * @param avoid who failed lately, the last one first: not taken as long as there are others
   */
  Plan plan(
      @Nullable NodeId exit, @Nullable CircuitPath beside, List<NodeId> avoid, long nowEpochSecond);

  /** A path to another exit, for the day on which the one in use dies; empty when there is none. */
  default List<Peer> standby(CircuitPath active, List<NodeId> avoid, long nowEpochSecond) {
    return List.of();
  }

  /** What stood by last is the path in use now. */
  default void onStandbyUsed() {}

  /**
   * How good a path is now.
   *
   * @param probes what those in the circuit say of it
   * @return null when nobody compares
   */
  @Nullable PathScore score(CircuitPath path, PathScore.Probes probes, long nowEpochSecond);

  /** So many probes of this path were answered or lost, and so many of them lost. */
  void onProbed(CircuitPath path, int decided, int lost, Moment now);

  /** Whether it is the one path that was set by hand. */
  default boolean wants(CircuitPath path) {
    return false;
  }

  /** Whether the path that was set by hand cannot be built as long as this one stands. */
  default boolean isInTheWay(CircuitPath path) {
    return false;
  }

  /** Whether there is one exit that will do and no other. */
  boolean isPinned();

  void onOpen(CircuitPath path, Moment now);

  /** It did not answer while a path was built. */
  void onFailure(Peer hop, boolean isGuard, Moment now);

  /** It has shaken hands with us after whatever it failed at. */
  default void onBack(NodeId node) {}

  /** It refused to extend because it has enough to do. */
  void onBusy(Peer relay, Moment now);

  /** A path that stood ended because of this node. */
  void onBroken(Peer hop, Observation.How how, Moment now);

  /** So many bytes came back from the exit by this path. */
  void onCarried(CircuitPath path, long bytes, Moment now);
}
