package org.p2pvpn.overlay.discovery.advert;

/**
 * What differs from network to network.
 *
 * @param widestReach {@link EndpointReach#GLOBAL} on the internet; {@code PRIVATE} lets a private
 *     network or a LAN use its addresses, {@code LOOPBACK} many nodes one machine
 */
public record AdvertRules(EndpointReach widestReach, Puzzle puzzle) {
  public static final AdvertRules INTERNET = new AdvertRules(EndpointReach.GLOBAL, Puzzle.NONE);
}
