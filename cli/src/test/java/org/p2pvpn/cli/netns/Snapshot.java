package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;

/** Everything of a host that the product may change, to be compared byte for byte. */
final class Snapshot {
  /**
   * Sysctls under /proc/sys/net count connections as well, and remember the last neighbour that was
   * looked at; those are no settings.
   */
  private static final String SYSCTLS =
      "cd /proc/sys/net && find . -type f -perm -0400 | grep -v -e nf_conntrack_count -e route/flush -e stable_secret | sort | xargs grep -aH '' 2>/dev/null || true";

  private static final String RESOLVER =
      "stat -c '%a %u %g %F %Y' /etc/resolv.conf; base64 /etc/resolv.conf";

  private final Map<String, String> parts = new LinkedHashMap<>();

  private Snapshot() {}

  static Snapshot of(Namespace host) {
    Snapshot snapshot = new Snapshot();
    snapshot.add(host, "links", "ip -d link 2>/dev/null");
    snapshot.add(host, "addresses", "ip addr");
    snapshot.add(host, "IPv4 routes", "ip -4 route show table all");
    snapshot.add(host, "IPv6 routes", "ip -6 route show table all");
    snapshot.add(host, "IPv4 rules", "ip -4 rule");
    snapshot.add(host, "IPv6 rules", "ip -6 rule");
    snapshot.add(host, "nft ruleset", "nft -s list ruleset");
    snapshot.add(host, "sysctls", SYSCTLS);
    snapshot.add(host, "resolver", RESOLVER);
    return snapshot;
  }

  private void add(Namespace host, String part, String command) {
    parts.put(part, host.sh(command));
  }

  /** Says which part differs, and the two texts of it. */
  void mustEqual(Snapshot before, String when) {
    before.parts.forEach(
        (part, text) -> assertThat(parts.get(part)).as(part + " " + when).isEqualTo(text));
  }

  /** So that a comparison of nothing with nothing is noticed. */
  boolean differsIn(String part, Snapshot other) {
    return !String.valueOf(parts.get(part)).equals(other.parts.get(part));
  }
}
