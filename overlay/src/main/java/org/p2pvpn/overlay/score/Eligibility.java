package org.p2pvpn.overlay.score;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The hard constraints of one hop. Those that the request does not make are not asked. */
final class Eligibility {
  private static final Set<Constraint> OF_OTHERS =
      Set.of(Constraint.SAME_PREFIX, Constraint.SAME_OPERATOR, Constraint.SAME_AS);

  private final NodeTable table;
  private final PathRequest request;
  private final Position position;
  private final Occupied occupied;
  private final Constraint[] active;

  /** Null until the guards are known, and where there are none. */
  private @Nullable BitSet guards;

  Eligibility(NodeTable table, PathRequest request, Position position, Occupied occupied) {
    this.table = table;
    this.request = request;
    this.position = position;
    this.occupied = occupied;
    List<Constraint> asked = new ArrayList<>();
    for (Constraint constraint : Constraint.values()) {
      if (isAsked(constraint)) {
        asked.add(constraint);
      }
    }
    active = asked.toArray(Constraint[]::new);
  }

  void onlyGuards(BitSet nodes) {
    guards = nodes;
  }

  private boolean isAsked(Constraint constraint) {
    boolean exit = position == Position.EXIT;
    return switch (constraint) {
      case ROLE, LOAD, UNREACHABLE, NODE_TWICE, BESIDE -> true;
      case DENIED -> !request.deny().isEmpty();
      case NOT_ALLOWED -> !request.allow().isEmpty();
      case EXIT_NODE -> exit && request.exitNode() != null;
      case COUNTRY -> exit && !request.exitCountry().isEmpty();
      case ADDRESS_FAMILY, EXIT_POLICY -> exit;
      case TRUST -> request.minimumTrust() > 0;
      case GUARD -> position == Position.GUARD;
      case SAME_PREFIX, SAME_OPERATOR, SAME_AS -> request.diversity() == PathRequest.Diversity.FULL;
      case NEWCOMER -> false; // soft, see Hop
    };
  }

  /** Null: may be drawn. */
  @Nullable Constraint first(int node) {
    for (Constraint constraint : active) {
      if (isBroken(constraint, node)) {
        return constraint;
      }
    }
    return null;
  }

  Set<Constraint> all(int node) {
    Set<Constraint> broken = EnumSet.noneOf(Constraint.class);
    for (Constraint constraint : active) {
      if (isBroken(constraint, node)) {
        broken.add(constraint);
      }
    }
    if (broken.contains(Constraint.NODE_TWICE)) {
      // It shares all with itself; to say so would point to the wrong cause.
      broken.removeAll(OF_OTHERS);
    }
    return broken;
  }

  /** What the user said of nodes for good, beside what passes by. */
  boolean isPermitted(int node) {
    return !isBroken(Constraint.ROLE, node)
        && !isBroken(Constraint.TRUST, node)
        && !request.deny().contains(table.at(node))
        && (request.allow().isEmpty() || request.allow().contains(table.at(node)));
  }

  private boolean isBroken(Constraint constraint, int node) {
    Candidate candidate = table.at(node);
    Claims claims = candidate.claims();
    return switch (constraint) {
      case ROLE -> !claims.roles().contains(position.role());
      case DENIED -> request.deny().contains(candidate);
      case NOT_ALLOWED -> !request.allow().contains(candidate);
      case EXIT_NODE -> !Objects.equals(candidate.id(), request.exitNode());
      case COUNTRY -> !candidate.country().equals(request.exitCountry());
      case ADDRESS_FAMILY -> !claims.exitPolicy().carries(request.destination());
      case EXIT_POLICY -> !claims.exitPolicy().permits(request.destination());
      case TRUST ->
          !(candidate.trust().value() >= request.minimumTrust()) && request.minimumTrust() > 0;
      case LOAD -> table.isOverloaded(node);
      case UNREACHABLE -> table.isUnreachable(node);
      case GUARD -> guards != null && !guards.get(node);
      case NODE_TWICE -> occupied.has(node);
      case SAME_PREFIX, SAME_OPERATOR, SAME_AS -> occupied.isTaken(node, constraint);
      case BESIDE -> occupied.isLeftToAnother(node);
      case NEWCOMER -> table.isNewcomer(node);
    };
  }
}
