package org.p2pvpn.overlay.control;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.ledger.Observation;
import org.p2pvpn.overlay.score.Choice;
import org.p2pvpn.overlay.score.Explanation;
import org.p2pvpn.overlay.score.Guards;
import org.p2pvpn.overlay.score.NoPath;
import org.p2pvpn.overlay.score.NodeList;
import org.p2pvpn.overlay.score.NodeTable;
import org.p2pvpn.overlay.score.Path;
import org.p2pvpn.overlay.score.PathChooser;
import org.p2pvpn.overlay.score.PathRequest;
import org.p2pvpn.overlay.score.PathScore;

/**
 * Chooses paths by score, for one class of traffic, and remembers why. Keeps the guards. Lives on
 * the control thread.
 */
final class PathPlanner implements Planner {
  private final PeerBook peers;
  private final Roster roster;
  private final RandomGenerator random;
  private final PathRequest request;
  private final GuardBook guards;
  private @Nullable Explanation explanation;
  private @Nullable Explanation standbyExplanation;
  private @Nullable NoPath refusal;

  /** The path that was set by hand, guard first; empty when none was. */
  private List<Peer> pinned = List.of();

  /** The table that paths were last compared by. */
  private @Nullable NodeTable scored;

  PathPlanner(
      PeerBook peers,
      Roster roster,
      PathRequest request,
      GuardBook guards,
      RandomGenerator random) {
    this.peers = peers;
    this.roster = roster;
    this.request = request;
    this.guards = guards;
    this.random = random;
  }

  PathRequest request() {
    return request;
  }

  /** For the same traffic, and this exit only. */
  PathPlanner to(NodeId exit) {
    return new PathPlanner(peers, roster, request.withExitNode(exit), guards, random);
  }

  Guards guards() {
    return guards.guards();
  }

  @Override
  public boolean isPinned() {
    return request.exitNode() != null || !pinned.isEmpty();
  }

  /** Why the last path is as it is, or null before the first. */
  @Nullable Explanation explanation() {
    return explanation;
  }

  @Nullable NoPath refusal() {
    return refusal;
  }

  /**
   * From now on this path and no other; what {@link #unpin} ends.
   *
   * @param hops guard first; the exit is the one that is in use
   */
  void pin(List<Peer> hops) {
    pinned = List.copyOf(hops);
  }

  /** Returns whether one was. */
  boolean unpin() {
    boolean was = !pinned.isEmpty();
    pinned = List.of();
    return was;
  }

  private List<NodeId> pinnedIds() {
    return pinned.stream().map(peer -> peer.id).toList();
  }

  private static List<NodeId> ids(CircuitPath path) {
    return path.hops().stream().map(peer -> peer.id).toList();
  }

  @Override
  public boolean wants(CircuitPath path) {
    return !pinned.isEmpty() && ids(path).equals(pinnedIds());
  }

  /** The last relay cannot give one index to two circuits. */
  @Override
  public boolean isInTheWay(CircuitPath path) {
    int hops = path.hops().size();
    return pinned.size() < 2
        || hops < 2
        || path.hops().get(hops - 2).id.equals(pinned.get(pinned.size() - 2).id);
  }

  @Override
  public Planner.Plan plan(
      @Nullable NodeId exit,
      @Nullable CircuitPath beside,
      List<NodeId> avoid,
      long nowEpochSecond) {
    if (!pinned.isEmpty()) {
      return beside != null && wants(beside)
          ? new Planner.Plan(List.of(), "set by hand: no second path beside it")
          : new Planner.Plan(pinned, "");
    }
    NodeTable table = roster.table(nowEpochSecond);
    PathRequest wanted = exit == null ? request : request.withExitNode(exit);
    List<NodeId> avoided =
        avoid.stream().filter(node -> !Objects.equals(node, wanted.exitNode())).toList();
    Planner.Plan plan = search(table, wanted, avoided, beside);
    // Of too few nodes those whose failure is longest ago are the first to be tried again.
    while (plan.hops().isEmpty() && !avoided.isEmpty()) {
      avoided = avoided.subList(0, avoided.size() / 2);
      plan = search(table, wanted, avoided, beside);
    }
    return plan;
  }

  @Override
  public PathScore score(CircuitPath path, PathScore.Probes probes, long nowEpochSecond) {
    NodeTable table = scored;
    if (table == null || table.epochSecond() != nowEpochSecond) {
      table = roster.table(nowEpochSecond);
      scored = table;
    }
    return PathScore.of(table, pathOf(path), request.weights(), probes);
  }

  @Override
  public void onProbed(CircuitPath path, int decided, int lost, Moment now) {
    // Of several relays we cannot tell which one lost them.
    if (path.relays().size() == 1) {
      roster.onProbed(path.relays().getFirst().id, decided, lost);
    }
  }

  @Override
  public List<Peer> standby(CircuitPath active, List<NodeId> avoid, long nowEpochSecond) {
    if (isPinned()) {
      return List.of();
    }
    NodeTable table = roster.table(nowEpochSecond);
    PathChooser.Explained explained =
        PathChooser.explainStandby(
            table, guards.guards(), without(request, avoid), List.of(pathOf(active)), random);
    standbyExplanation = explained.explanation();
    return explained.choice() instanceof Choice.Chosen(Path path) ? peersOf(path) : List.of();
  }

  @Override
  public void onStandbyUsed() {
    explanation = standbyExplanation;
  }

  private Planner.Plan search(
      NodeTable table, PathRequest wanted, List<NodeId> avoided, @Nullable CircuitPath beside) {
    PathRequest narrowed = without(wanted, avoided);
    // Guards are kept that can be one beside what the path has already; who failed lately stays.
    Set<NodeId> taken = new HashSet<>();
    if (wanted.exitNode() != null) {
      taken.add(wanted.exitNode());
    }
    if (beside != null) {
      beside.relays().forEach(relay -> taken.add(relay.id));
    }
    Guards kept = guards.guards().refreshed(table, without(wanted, taken), random);
    guards.guards(kept);
    PathChooser.Explained explained =
        beside == null
            ? PathChooser.explain(table, kept, narrowed, random)
            : PathChooser.explainBeside(table, kept, narrowed, List.of(pathOf(beside)), random);
    if (beside == null) {
      explanation = explained.explanation();
    }
    return switch (explained.choice()) {
      case Choice.Chosen(Path path) -> {
        refusal = null;
        yield new Planner.Plan(peersOf(path), "");
      }
      case NoPath none -> {
        refusal = beside == null ? none : refusal;
        yield new Planner.Plan(List.of(), none.text());
      }
    };
  }

  private static PathRequest without(PathRequest request, Collection<NodeId> nodes) {
    NodeList deny = request.deny();
    Set<NodeId> denied = new HashSet<>(deny.nodes());
    denied.addAll(nodes);
    return request.withDeny(
        new NodeList(denied, deny.countries(), deny.operators(), deny.autonomousSystems()));
  }

  private List<Peer> peersOf(Path path) {
    List<Peer> hops = new ArrayList<>();
    for (NodeId id : path.hops()) {
      Peer peer = peers.get(id);
      if (peer == null) {
        throw new IllegalStateException("the table names who is not in the book: " + id);
      }
      hops.add(peer);
    }
    return hops;
  }

  private static Path pathOf(CircuitPath path) {
    return new Path(path.hops().stream().map(peer -> peer.id).toList());
  }

  @Override
  public void onOpen(CircuitPath path, Moment now) {
    guards.guards(
        guards.guards().withSuccess(path.hops().getFirst().id, now.unixSeconds(), random));
    roster.onBuilt(path, now);
  }

  @Override
  public void onFailure(Peer hop, boolean isGuard, Moment now) {
    roster.onFailure(hop.id, now);
    if (isGuard) {
      guards.guards(guards.guards().withFailure(hop.id, now.unixSeconds()));
    }
  }

  @Override
  public void onBack(NodeId node) {
    guards.guards(guards.guards().withReturn(node));
  }

  @Override
  public void onBusy(Peer relay, Moment now) {
    roster.onBusy(relay.id, now);
  }

  @Override
  public void onBroken(Peer hop, Observation.How how, Moment now) {
    roster.onBroken(hop.id, how, now);
  }

  @Override
  public void onCarried(CircuitPath path, long bytes, Moment now) {
    path.hops().forEach(hop -> roster.onServed(hop.id, bytes, now));
  }
}
