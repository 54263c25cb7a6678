package org.p2pvpn.overlay.control;

import java.util.List;

/**
 * How this node reaches others, as {@code p2pvpn netcheck} shows it. What is not known is said so:
 * nobody is asked but the peers there are.
 *
 * @param udpPort the one we listen at
 * @param udp {@code works} when something came in lately, {@code silent} when peers are called and
 *     nothing comes, {@code unknown} when nobody is called
 * @param families IPv6 first
 * @param peers all we know, connected or not
 * @param relaysForOthers circuits that pass here now, others' relayed sessions among them
 */
public record NetcheckReport(
    int udpPort, String udp, List<Family> families, List<PeerReport> peers, int relaysForOthers) {

  /**
   * IPv4 or IPv6.
   *
   * @param state {@code works} when a peer is connected by it, {@code present} when this host has
   *     an address, {@code absent} when it has none
   * @param ownEndpoints this host's own, {@code address:port}
   * @param nat {@link NatKind}, lower case
   * @param natMeaning the same in words
   * @param observed where most peers see us, or empty
   * @param reports all that was said, lies included
   */
  public record Family(
      String name,
      String state,
      List<String> ownEndpoints,
      String nat,
      String natMeaning,
      String observed,
      List<Seen> reports) {}

  /** A peer, and where it says that it sees us. */
  public record Seen(String peer, String endpoint) {}
}
