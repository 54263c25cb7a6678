package org.p2pvpn.overlay.score;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;

/**
 * Who is in the path already, and who must be left to another path. Mutable, of one search on one
 * thread.
 */
final class Occupied {
  /** In a slot: not chosen yet. */
  static final int EMPTY = -1;

  private final Groups groups;
  private final boolean groupsCount;
  private final int[] hops;
  private final boolean[] taken;
  private final BitSet besideNodes = new BitSet();
  private final BitSet besideGroups = new BitSet();

  Occupied(NodeTable table, PathRequest request) {
    groups = table.groups();
    groupsCount = request.diversity() == PathRequest.Diversity.FULL;
    hops = new int[request.hops()];
    Arrays.fill(hops, EMPTY);
    taken = new boolean[groups.count()];
  }

  /** Leaves these nodes, and what shares a group with them, to another path. */
  void leave(Collection<Integer> nodes) {
    for (int node : nodes) {
      besideNodes.set(node);
      if (groupsCount) {
        Arrays.stream(groups.of(node)).forEach(besideGroups::set);
      }
    }
  }

  void take(int slot, int node) {
    hops[slot] = node;
    mark(node, true);
  }

  void release(int slot) {
    mark(hops[slot], false);
    hops[slot] = EMPTY;
  }

  /** Two hops never share a group, so a group has one owner. */
  private void mark(int node, boolean value) {
    if (groupsCount) {
      for (int group : groups.of(node)) {
        taken[group] = value;
      }
    }
  }

  int hop(int slot) {
    return hops[slot];
  }

  boolean has(int node) {
    for (int hop : hops) {
      if (hop == node) {
        return true;
      }
    }
    return false;
  }

  boolean isTaken(int node, Constraint constraint) {
    for (int group : groups.of(node)) {
      if (taken[group] && groups.constraint(group) == constraint) {
        return true;
      }
    }
    return false;
  }

  boolean isLeftToAnother(int node) {
    if (besideNodes.get(node)) {
      return true;
    }
    if (!besideGroups.isEmpty()) {
      for (int group : groups.of(node)) {
        if (besideGroups.get(group)) {
          return true;
        }
      }
    }
    return false;
  }
}
