package org.p2pvpn.overlay.score;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What no two hops of a path may share, numbered: an address block that a node claims or was seen
 * in, its operator, its autonomous system.
 */
final class Groups {
  private final int[][] ofNode;
  private final List<Constraint> constraints = new ArrayList<>();

  Groups(List<Candidate> candidates) {
    Map<Object, Integer> numbers = new HashMap<>();
    ofNode = new int[candidates.size()][];
    for (int i = 0; i < ofNode.length; i++) {
      Claims claims = candidates.get(i).claims();
      List<Integer> found = new ArrayList<>();
      Stream.concat(
              claims.neighbourhoods().stream(),
              candidates.get(i).measurements().neighbourhoods().stream())
          .distinct()
          .forEach(block -> found.add(number(numbers, block, Constraint.SAME_PREFIX)));
      if (!claims.operator().isEmpty()) {
        found.add(number(numbers, claims.operator(), Constraint.SAME_OPERATOR));
      }
      if (claims.autonomousSystem() != 0) {
        found.add(number(numbers, claims.autonomousSystem(), Constraint.SAME_AS));
      }
      ofNode[i] = found.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private int number(Map<Object, Integer> numbers, Object key, Constraint constraint) {
    Integer known = numbers.putIfAbsent(key, constraints.size());
    if (known != null) {
      return known;
    }
    constraints.add(constraint);
    return constraints.size() - 1;
  }

  int count() {
    return constraints.size();
  }

  int[] of(int node) {
    return ofNode[node];
  }

  Constraint constraint(int group) {
    return constraints.get(group);
  }

  boolean areShared(int oneNode, int otherNode) {
    return Arrays.stream(ofNode[oneNode])
        .anyMatch(group -> Arrays.stream(ofNode[otherNode]).anyMatch(it -> it == group));
  }
}
