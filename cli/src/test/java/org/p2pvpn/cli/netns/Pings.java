package org.p2pvpn.cli.netns;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code ping -q} says at its end. */
record Pings(int sent, int received, double meanMillis) {
  private static final Pattern COUNTS =
      Pattern.compile("(\\d+) packets transmitted, (\\d+) received");
  private static final Pattern TIMES = Pattern.compile("= [0-9.]+/([0-9.]+)/");

  static Pings from(Namespace host, String words) {
    return of(host.trySh("ping -q " + words).text());
  }

  static Pings of(String text) {
    Matcher counts = COUNTS.matcher(text);
    if (!counts.find()) {
      throw new AssertionError("no summary of a ping:\n" + text);
    }
    Matcher times = TIMES.matcher(text);
    return new Pings(
        Integer.parseInt(counts.group(1)),
        Integer.parseInt(counts.group(2)),
        times.find() ? Double.parseDouble(times.group(1)) : Double.NaN);
  }

  double loss() {
    return 1 - received / (double) sent;
  }
}
