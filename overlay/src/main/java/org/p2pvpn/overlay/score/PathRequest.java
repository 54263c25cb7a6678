package org.p2pvpn.overlay.score;

import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * What a class of traffic wants of its path, as {@code [[route]] to = "203.0.113.0/24" exit = "SE"
 * hops = 3} or the flags of {@code up} say it.
 *
 * @param exitCountry two capital letters, or empty for any
 * @param exitNode one exit and no other, or null
 * @param minimumTrust in [0,1], asked of every hop
 * @param allow if not empty, every hop is of it
 * @param deny no hop is of it
 * @param diversity FULL but in a network that is all one's own
 */
public record PathRequest(
    int hops,
    String exitCountry,
    @Nullable NodeId exitNode,
    Weights weights,
    double minimumTrust,
    NodeList allow,
    NodeList deny,
    Destination destination,
    Diversity diversity) {
  /** Design, section 5. */
  public static final int HOPS_MAX = 5;

  /** What the hops of one path may not share. */
  public enum Diversity {
    /** Node, IPv4 /16, IPv6 /32, declared operator, autonomous system. */
    FULL,
    /** Only the node: for people whose nodes stand in one house. */
    NODES
  }

  public PathRequest {
    if (hops < 1 || hops > HOPS_MAX) {
      throw new IllegalArgumentException("hops %d: expected 1-%d".formatted(hops, HOPS_MAX));
    }
    if (!(minimumTrust >= 0 && minimumTrust <= 1)) {
      throw new IllegalArgumentException(
          "minimum trust %s: expected a number from 0 to 1".formatted(minimumTrust));
    }
  }

  /** Any exit, no list, no minimum. */
  public static PathRequest of(int hops, Weights weights) {
    return new PathRequest(
        hops,
        "",
        null,
        weights,
        0,
        NodeList.EMPTY,
        NodeList.EMPTY,
        Destination.ANYWHERE,
        Diversity.FULL);
  }

  public PathRequest withHops(int number) {
    return new PathRequest(
        number, exitCountry, exitNode, weights, minimumTrust, allow, deny, destination, diversity);
  }

  public PathRequest withExitCountry(String country) {
    return new PathRequest(
        hops, country, exitNode, weights, minimumTrust, allow, deny, destination, diversity);
  }

  public PathRequest withExitNode(@Nullable NodeId node) {
    return new PathRequest(
        hops, exitCountry, node, weights, minimumTrust, allow, deny, destination, diversity);
  }

  public PathRequest withMinimumTrust(double trust) {
    return new PathRequest(
        hops, exitCountry, exitNode, weights, trust, allow, deny, destination, diversity);
  }

  public PathRequest withAllow(NodeList list) {
    return new PathRequest(
        hops, exitCountry, exitNode, weights, minimumTrust, list, deny, destination, diversity);
  }

  public PathRequest withDeny(NodeList list) {
    return new PathRequest(
        hops, exitCountry, exitNode, weights, minimumTrust, allow, list, destination, diversity);
  }

  public PathRequest withDestination(Destination where) {
    return new PathRequest(
        hops, exitCountry, exitNode, weights, minimumTrust, allow, deny, where, diversity);
  }

  public PathRequest withDiversity(Diversity wanted) {
    return new PathRequest(
        hops, exitCountry, exitNode, weights, minimumTrust, allow, deny, destination, wanted);
  }
}
