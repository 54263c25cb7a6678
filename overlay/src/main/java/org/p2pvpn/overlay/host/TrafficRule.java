package org.p2pvpn.overlay.host;

import java.util.Comparator;
import java.util.List;

/**
 * Which packets leave by which exit. All that is named must match, and something is.
 *
 * <p>Of two that match, the one that says who (user, cgroup, mark) goes before one that only says
 * where; then the longer prefix; then the one that was written first.
 *
 * @param prefix of destinations, or empty
 * @param uid of the socket's owner, or -1
 * @param cgroup below the root of cgroup v2, as {@code /torrent.slice}, or empty
 * @param mark of the socket (SO_MARK), or -1
 * @param exit number of the class of traffic, from 1
 */
public record TrafficRule(String prefix, long uid, String cgroup, long mark, int exit) {
  /** In the order in which they are tried. */
  public static List<TrafficRule> ordered(List<TrafficRule> rules) {
    return rules.stream()
        .sorted(
            Comparator.comparingInt((TrafficRule rule) -> rule.saysWho() ? 0 : 1)
                .thenComparingInt(rule -> -rule.prefixBits()))
        .toList();
  }

  boolean saysWho() {
    return uid >= 0 || !cgroup.isEmpty() || mark >= 0;
  }

  /** Whether it may be about a packet that this host forwards: that one has no socket. */
  boolean coversForwarded() {
    return uid < 0 && cgroup.isEmpty();
  }

  boolean hasPrefix() {
    return !prefix.isEmpty();
  }

  boolean isOf(boolean ipv6) {
    return prefix.isEmpty() || prefix.contains(":") == ipv6;
  }

  private int prefixBits() {
    return prefix.isEmpty() ? 0 : Integer.parseInt(prefix.substring(prefix.indexOf('/') + 1));
  }
}
