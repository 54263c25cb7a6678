package org.p2pvpn.overlay.control;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.ledger.Entry;
import org.p2pvpn.overlay.ledger.NodeHistory;
import org.p2pvpn.overlay.ledger.Observation;
import org.p2pvpn.overlay.ledger.Observations;
import org.p2pvpn.overlay.score.Figure;
import org.p2pvpn.overlay.score.Trust;

/**
 * What we went through with each node, day by day, and how far it is trusted for that: of earlier
 * runs as soon as the ledger was read, and of this one. Lives on the control thread.
 */
final class Experience {
  /** Ours: seconds until the ledger was read. Of what is beyond, trust learns at the next start. */
  private static final int EARLY_MAX = 4096;

  private final Consumer<Observation> ledger;
  private Observations history = new Observations();

  /** What came before the past did. */
  private final List<Entry> early = new ArrayList<>();

  private boolean recalled;

  /** Of {@link #trustedOnDay}, until something more is known of the node; as many as the peers. */
  private final Map<NodeId, Figure> trusted = new HashMap<>();

  private long trustedOnDay;

  Experience(Consumer<Observation> ledger) {
    this.ledger = ledger;
  }

  void note(Observation what, long nowEpochSecond) {
    Entry entry = new Entry(TimeUnit.SECONDS.toMillis(nowEpochSecond), what);
    history.add(entry);
    if (!recalled && early.size() < EARLY_MAX) {
      early.add(entry);
    }
    nodes(what).forEach(trusted::remove);
    ledger.accept(what);
  }

  /** Takes over what earlier runs noted; it is ours from here on. */
  void recall(Observations past) {
    early.forEach(past::add);
    early.clear();
    recalled = true;
    history = past;
    trusted.clear();
  }

  /** Nobody's word but ours; unknown where we have not seen enough. */
  Figure trust(NodeId node, long nowEpochSecond) {
    long today = TimeUnit.SECONDS.toDays(nowEpochSecond);
    if (today != trustedOnDay) {
      trusted.clear();
      trustedOnDay = today;
    }
    return trusted.computeIfAbsent(
        node,
        _ -> {
          NodeHistory known = history.history(node);
          return known == null ? Figure.UNKNOWN : Trust.ofOwn(Recalled.days(known, today));
        });
  }

  private static List<NodeId> nodes(Observation what) {
    return switch (what) {
      case Observation.CircuitBuilt(List<NodeId> path, long _) -> path;
      case Observation.HandshakeMade(NodeId node, long _) -> List.of(node);
      case Observation.HandshakeFailed(NodeId node) -> List.of(node);
      case Observation.RttMeasured(NodeId node, long _) -> List.of(node);
      case Observation.LossMeasured measured -> List.of(measured.node());
      case Observation.ThroughputSeen seen -> List.of(seen.node());
      case Observation.LoadSeen seen -> List.of(seen.node());
      case Observation.BusySeen(NodeId node) -> List.of(node);
      case Observation.CircuitBroken(NodeId node, Observation.How _) -> List.of(node);
      case Observation.Served(NodeId node, long _) -> List.of(node);
      case Observation.ProtocolBroken(NodeId node, Observation.What _) -> List.of(node);
    };
  }
}
