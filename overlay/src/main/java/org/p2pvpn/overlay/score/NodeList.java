package org.p2pvpn.overlay.score;

import java.util.Set;
import org.p2pvpn.overlay.identity.NodeId;

/** The user's choice of nodes, by any of what a node is known by. */
public record NodeList(
    Set<NodeId> nodes,
    Set<String> countries,
    Set<String> operators,
    Set<Integer> autonomousSystems) {
  public static final NodeList EMPTY = new NodeList(Set.of(), Set.of(), Set.of(), Set.of());

  public NodeList {
    nodes = Set.copyOf(nodes);
    countries = Set.copyOf(countries);
    operators = Set.copyOf(operators);
    autonomousSystems = Set.copyOf(autonomousSystems);
  }

  public static NodeList ofNodes(Set<NodeId> nodes) {
    return new NodeList(nodes, Set.of(), Set.of(), Set.of());
  }

  public static NodeList ofCountries(Set<String> countries) {
    return new NodeList(Set.of(), countries, Set.of(), Set.of());
  }

  public boolean isEmpty() {
    return nodes.isEmpty()
        && countries.isEmpty()
        && operators.isEmpty()
        && autonomousSystems.isEmpty();
  }

  boolean contains(Candidate candidate) {
    return (!nodes.isEmpty() && nodes.contains(candidate.id()))
        || countries.contains(candidate.country())
        || operators.contains(candidate.claims().operator())
        || autonomousSystems.contains(candidate.claims().autonomousSystem());
  }
}
