package org.p2pvpn.overlay.score;

import java.util.List;
import org.p2pvpn.overlay.score.Destination.Protocol;

/**
 * What an exit says it lets through: the first rule that covers a destination decides, and what no
 * rule covers is permitted if the family is. A rule that covers only a part of a prefix, or one
 * port when the port is not known yet, does not decide: as Tor's "might support" (path-spec 2.2.1),
 * and the exit's own refusal has the last word.
 */
public record ExitPolicySummary(boolean ipv4, boolean ipv6, List<Rule> rules) {
  /** No exit at all. */
  public static final ExitPolicySummary NOTHING = new ExitPolicySummary(false, false, List.of());

  /** Ours: a policy of more rules does not fit an advert. */
  public static final int RULES_MAX = 64;

  /**
   * One line of a policy.
   *
   * @param accepts or refuses
   * @param prefix 0.0.0.0/0 and ::/0 are different rules
   */
  public record Rule(
      boolean accepts, IpPrefix prefix, Protocol protocol, int firstPort, int lastPort) {
    private static final int PORT_MAX = 65_535;

    boolean covers(IpPrefix destination, Protocol asked, int port) {
      boolean ports =
          port == 0
              ? firstPort <= 1 && lastPort == PORT_MAX
              : firstPort <= port && port <= lastPort;
      return ports
          && (protocol == Protocol.ANY || protocol == asked)
          && prefix.contains(destination);
    }
  }

  public ExitPolicySummary {
    rules = List.copyOf(rules);
    if (rules.size() > RULES_MAX) {
      throw new IllegalArgumentException(
          "exit policy: %d rules, at most %d".formatted(rules.size(), RULES_MAX));
    }
  }

  /** Whether it carries the address family; the rules are {@link #permits}'s matter. */
  boolean carries(Destination destination) {
    return (ipv4 || !destination.ipv4()) && (ipv6 || !destination.ipv6());
  }

  boolean permits(Destination destination) {
    IpPrefix prefix = destination.prefix();
    if (prefix != null) {
      return permits(prefix, destination);
    }
    return (!destination.ipv4() || permits(EVERY_IPV4, destination))
        && (!destination.ipv6() || permits(EVERY_IPV6, destination));
  }

  private static final IpPrefix EVERY_IPV4 = new IpPrefix(false, 0, 0, 0);
  private static final IpPrefix EVERY_IPV6 = new IpPrefix(true, 0, 0, 0);

  private boolean permits(IpPrefix prefix, Destination destination) {
    for (Rule rule : rules) {
      if (rule.covers(prefix, destination.protocol(), destination.port())) {
        return rule.accepts();
      }
    }
    return true;
  }
}
