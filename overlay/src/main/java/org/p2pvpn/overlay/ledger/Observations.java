package org.p2pvpn.overlay.ledger;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * Adds entries up, a node at a time. No clock, no thread: the same entries in the same order give
 * the same histories. One thread's own; what it hands out is immutable.
 */
public final class Observations {
  /** Ours: 20 MB at most. The node that was longest not observed is forgotten, not its entries. */
  static final int NODES_MAX = 10_000;

  private final Map<NodeId, NodeSums> nodes;

  public Observations() {
    this(NODES_MAX);
  }

  Observations(int nodesMax) {
    nodes =
        new LinkedHashMap<>(64, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<NodeId, NodeSums> eldest) {
            return size() > nodesMax;
          }
        };
  }

  public void add(Entry entry) {
    switch (entry.what()) {
      case Observation.CircuitBuilt(List<NodeId> path, long _) ->
          path.forEach(hop -> of(hop).circuitBuilt(entry.atMillis()));
      case Observation.HandshakeMade(NodeId node, long _) -> of(node).handshake(entry, true);
      case Observation.HandshakeFailed(NodeId node) -> of(node).handshake(entry, false);
      case Observation.RttMeasured(NodeId node, long micros) -> of(node).rtt(entry, micros);
      case Observation.LossMeasured measured -> of(measured.node()).loss(entry, measured);
      case Observation.ThroughputSeen seen -> of(seen.node()).throughput(entry, seen);
      case Observation.LoadSeen seen -> of(seen.node()).load(seen);
      case Observation.BusySeen(NodeId node) -> of(node).busy(entry);
      case Observation.CircuitBroken(NodeId node, Observation.How how) ->
          of(node).circuitBroken(entry, how);
      case Observation.Served(NodeId node, long bytes) -> of(node).served(entry, bytes);
      case Observation.ProtocolBroken(NodeId node, Observation.What what) ->
          of(node).protocolBroken(entry, what);
    }
  }

  private NodeSums of(NodeId node) {
    return nodes.computeIfAbsent(node, _ -> new NodeSums());
  }

  /** What is known of a node, or null. */
  public @Nullable NodeHistory history(NodeId node) {
    NodeSums sums = nodes.get(node);
    return sums == null ? null : sums.toHistory(node);
  }

  /** Everything that is known, as a copy. */
  public Map<NodeId, NodeHistory> histories() {
    Map<NodeId, NodeHistory> histories = new HashMap<>();
    nodes.forEach((node, sums) -> histories.put(node, sums.toHistory(node)));
    return Map.copyOf(histories);
  }
}
