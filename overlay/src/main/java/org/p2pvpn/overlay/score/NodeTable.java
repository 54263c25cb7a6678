package org.p2pvpn.overlay.score;

import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * Every node we know, as of one moment; this node is not in it. Immutable and replaced whole, so it
 * may be read by any thread. What does not depend on a request is computed once, here.
 */
public final class NodeTable {
  /** Ours: what memory and a draw of under 5 ms allow; discovery keeps the best. */
  public static final int NODES_MAX = 50_000;

  /** Issue 3: a relay over 90 % is not drawn. An unknown load is no refusal. */
  static final double LOAD_MAX = 0.9;

  /** Two nodes, in either order. */
  public record Link(NodeId one, NodeId other) {
    public Link {
      if (one.compareTo(other) > 0) {
        NodeId swapped = one;
        one = other;
        other = swapped;
      }
    }
  }

  private final List<Candidate> candidates;
  private final Map<NodeId, Integer> indexes = new HashMap<>();
  private final Map<NodeId, Map<NodeId, Long>> linkRttNanos = new HashMap<>();
  private final Map<Term, double[]> terms;
  private final BitSet overloaded = new BitSet();
  private final BitSet unreachable = new BitSet();
  private final BitSet newcomers = new BitSet();
  private final Groups groups;
  private final @Nullable Coordinate own;
  private final long epochSecond;

  /**
   * @param links round trips between two others that we measured through our circuits, in ns
   * @param own our coordinate, or null before the first round trip
   * @param epochSecond the moment the table speaks of
   */
  public NodeTable(
      List<Candidate> nodes, Map<Link, Long> links, @Nullable Coordinate own, long epochSecond) {
    if (nodes.size() > NODES_MAX) {
      throw new IllegalArgumentException(
          "node table: %d nodes, at most %d".formatted(nodes.size(), NODES_MAX));
    }
    candidates = nodes.stream().sorted((a, b) -> a.id().compareTo(b.id())).toList();
    for (int i = 0; i < candidates.size(); i++) {
      if (indexes.put(candidates.get(i).id(), i) != null) {
        throw new IllegalArgumentException("node table: two of " + candidates.get(i).id());
      }
    }
    links.forEach(
        (link, rttNanos) -> {
          linkRttNanos
              .computeIfAbsent(link.one(), _ -> new HashMap<>())
              .put(link.other(), rttNanos);
          linkRttNanos
              .computeIfAbsent(link.other(), _ -> new HashMap<>())
              .put(link.one(), rttNanos);
        });
    this.own = own;
    this.epochSecond = epochSecond;
    groups = new Groups(candidates);
    for (int i = 0; i < candidates.size(); i++) {
      Candidate candidate = candidates.get(i);
      overloaded.set(i, candidate.load(epochSecond).value() >= LOAD_MAX);
      unreachable.set(i, candidate.isUnreachable(epochSecond));
      newcomers.set(i, candidate.isNewcomer(epochSecond));
    }
    terms = new EnumMap<>(Term.class);
    for (Term term : Term.values()) {
      if (term != Term.LATENCY) {
        terms.put(
            term, candidates.stream().mapToDouble(it -> term.value(figure(term, it))).toArray());
      }
    }
  }

  public List<Candidate> candidates() {
    return candidates;
  }

  public @Nullable Candidate find(NodeId id) {
    Integer index = indexes.get(id);
    return index == null ? null : candidates.get(index);
  }

  public long epochSecond() {
    return epochSecond;
  }

  public @Nullable Coordinate own() {
    return own;
  }

  int size() {
    return candidates.size();
  }

  Candidate at(int index) {
    return candidates.get(index);
  }

  /** Or -1. */
  int indexOf(NodeId id) {
    return indexes.getOrDefault(id, -1);
  }

  Groups groups() {
    return groups;
  }

  boolean isOverloaded(int index) {
    return overloaded.get(index);
  }

  boolean isUnreachable(int index) {
    return unreachable.get(index);
  }

  boolean isNewcomer(int index) {
    return newcomers.get(index);
  }

  /** Measured round trips from this node to others. */
  Map<NodeId, Long> linksOf(NodeId id) {
    return linkRttNanos.getOrDefault(id, Map.of());
  }

  /** All terms but latency, which depends on the hop before. */
  Figure figure(Term term, Candidate candidate) {
    return switch (term) {
      case TRUST -> candidate.trust();
      case AVAILABILITY -> candidate.availability();
      case LOAD -> candidate.load(epochSecond);
      case LOSS -> candidate.loss();
      case THROUGHPUT -> candidate.throughput();
      case LATENCY -> throw new IllegalArgumentException("latency is a pair's");
    };
  }

  /** The weighted sum of all terms but latency, for each node. */
  double[] weighted(Weights weights) {
    double[] sums = new double[candidates.size()];
    terms.forEach(
        (term, values) -> {
          double weight = weights.of(term);
          if (weight > 0) {
            for (int i = 0; i < sums.length; i++) {
              sums[i] += weight * values[i];
            }
          }
        });
    return sums;
  }
}
