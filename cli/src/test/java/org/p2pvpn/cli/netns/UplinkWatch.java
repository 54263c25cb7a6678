package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts on the router's side, where no rule of alice's reaches, what comes over her uplink: our
 * UDP to the exit, neighbour discovery, and everything else. ARP is no IP and not seen here.
 */
final class UplinkWatch {
  private static final String RULES =
      """
      table inet p2it_watch {
        counter ours { }
        counter beacons { }
        counter discovery { }
        counter other { }
        chain uplink {
          type filter hook prerouting priority -450; policy accept;
          iifname != "alice" return
          udp sport 28790 udp dport 28790 ip daddr 203.0.2.2 counter name "ours" return
          udp sport 28790 udp dport 28790 ip6 daddr 2a01:2::2 counter name "ours" return
          udp sport 28790 udp dport 28791 ip daddr 239.255.112.118 counter name "beacons" return
          udp sport 28790 udp dport 28791 ip6 daddr ff12::7032:7076 counter name "beacons" return
          icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } counter name "discovery" return
          counter name "other"
        }
      }
      """;

  /** Neighbour discovery is in the capture, too. */
  private static final Pattern FOREIGN =
      Pattern.compile("^(?!.*(neighbor|router) solicit|.*neighbor advert)");

  private static final Pattern TIME = Pattern.compile("[0-9]+\\.[0-9]+");
  private static final Pattern PACKETS = Pattern.compile("packets ([0-9]+)");

  private final Namespace router;
  private final Path capture;

  UplinkWatch(Namespace router) {
    this.router = router;
    this.capture = router.folder().resolve("uplink.txt");
    Path rules = router.folder().resolve("watch.nft");
    try {
      Files.writeString(rules, RULES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    router.sh("nft -f " + rules);
    router.start(
        capture,
        "tcpdump",
        "-n",
        "-l",
        "-tt",
        "--immediate-mode",
        "-Q",
        "in",
        "-i",
        "alice",
        "not arp and not (udp src port 28790 and (udp dst port 28790 or udp dst port 28791))");
  }

  void reset() {
    router.sh("nft reset counters table inet p2it_watch");
  }

  long ours() {
    return packets("ours");
  }

  long other() {
    return packets("other");
  }

  private long packets(String counter) {
    String printed = router.sh("nft list counter inet p2it_watch " + counter);
    Matcher matcher = PACKETS.matcher(printed);
    if (!matcher.find()) {
      throw new AssertionError(printed);
    }
    return Long.parseLong(matcher.group(1));
  }

  void mustHaveSeenOnlyOurs(String when) {
    long other = other();
    assertThat(other)
        .as("foreign packets on alice's uplink %s; the last:\n%s", when, tail())
        .isZero();
  }

  /** When the first foreign packet came that came after this time, in seconds since the epoch. */
  double firstAfter(double seconds) {
    return router
        .sh("cat " + capture)
        .lines()
        .filter(line -> FOREIGN.matcher(line).find())
        .map(line -> line.split(" ", 2)[0])
        .filter(time -> TIME.matcher(time).matches())
        .mapToDouble(Double::parseDouble)
        .filter(time -> time > seconds)
        .min()
        .orElse(Double.MAX_VALUE);
  }

  private String tail() {
    return router.sh("tail -n 30 " + capture);
  }
}
