package org.p2pvpn.overlay.score;

/**
 * Why a node may not be a hop, in the order in which it is asked. The first that a node breaks is
 * the one that removed it.
 */
public enum Constraint {
  ROLE,
  DENIED,
  NOT_ALLOWED,
  EXIT_NODE,
  COUNTRY,
  ADDRESS_FAMILY,
  EXIT_POLICY,
  TRUST,
  LOAD,
  UNREACHABLE,
  GUARD,
  NODE_TWICE,
  SAME_PREFIX,
  SAME_OPERATOR,
  SAME_AS,
  BESIDE,
  /** Soft: falls away where nobody else is left. */
  NEWCOMER;

  /** What removed a node, as the user said it or would. */
  public String words(PathRequest request, Position position) {
    return switch (this) {
      case ROLE -> "offers no " + position.role().name().toLowerCase(java.util.Locale.ROOT);
      case DENIED -> "your deny list";
      case NOT_ALLOWED -> "your allow list";
      case EXIT_NODE ->
          "--exit " + (request.exitNode() == null ? "" : request.exitNode().shortForm());
      case COUNTRY -> "--exit " + request.exitCountry();
      case ADDRESS_FAMILY -> request.destination().ipv6() ? "no IPv6" : "no IPv4";
      case EXIT_POLICY -> "exit policy against " + request.destination();
      case TRUST -> "--min-trust " + request.minimumTrust();
      case LOAD -> "load of 90 % or more";
      case UNREACHABLE -> "no answer lately";
      case GUARD -> "not among your guards";
      case NODE_TWICE -> "already in the path";
      case SAME_PREFIX -> "same /16 or /32 as another hop";
      case SAME_OPERATOR -> "same operator as another hop";
      case SAME_AS -> "same autonomous system as another hop";
      case BESIDE -> "too near to the path it shall stand in for";
      case NEWCOMER -> "not known long enough for the " + position;
    };
  }
}
