package org.p2pvpn.overlay.control;

import java.util.List;

/**
 * Traffic that leaves by an exit of its own, and what it wants of its way there.
 *
 * @param number 0 is all traffic that no rule covers, by {@code exit.use}
 * @param name for people
 * @param matches the rules that lead to it, for people; empty for 0
 * @param exit a peer, or a country's two capital letters for any exit there
 * @param hops how many nodes it passes, the exit among them; 1 to 5
 * @param preset of the score's weights
 * @param minimumTrust in [0,1], asked of every hop
 */
public record TrafficClass(
    int number,
    String name,
    List<String> matches,
    String exit,
    int hops,
    String preset,
    double minimumTrust) {
  public TrafficClass {
    matches = List.copyOf(matches);
  }

  /** What no rule covers. */
  public static TrafficClass rest(String exit, int hops, String preset) {
    return new TrafficClass(0, "default", List.of(), exit, hops, preset, 0);
  }

  /** What is wrong with it, in the words of where it was asked for: flags, or a rule's keys. */
  String inItsWords(String trouble) {
    return isRest() ? trouble : trouble.replace("--min-trust", "min_trust").replace("--", "");
  }

  boolean isRest() {
    return number == 0;
  }
}
