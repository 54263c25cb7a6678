package org.p2pvpn.overlay.control;

import java.util.List;

/**
 * A node that a lookup found; what it says of itself, signed by it.
 *
 * @param node its id
 * @param name what we call it, or empty
 * @param roles {@code relay}, {@code exit}
 * @param country claimed; empty when it does not say
 * @param endpoints where it says that it can be called
 * @param ageSeconds of its advert
 */
public record FoundNode(
    String node,
    String name,
    List<String> roles,
    String country,
    List<String> endpoints,
    long ageSeconds) {}
