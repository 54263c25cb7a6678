package org.p2pvpn.cli.netns;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;

/**
 * What one TCP connection carries under several conditions, measured in turn and again, so that a
 * busy moment of the machine does not fall on one of them alone.
 */
final class Goodput {
  static final int ROUNDS = Shell.number("rounds", 1);
  private static final int SECONDS = Shell.number("seconds", 3);

  private final Namespace from;
  private final Namespace to;
  private final String address;
  private final Map<String, List<Double>> megabits = new LinkedHashMap<>();
  private int port = 5301;

  Goodput(Namespace from, Namespace to, String address) {
    this.from = from;
    this.to = to;
    this.address = address;
    measure(2); // compiles
  }

  /** One more measurement under this condition, which holds already. */
  void add(String condition) {
    megabits.computeIfAbsent(condition, _ -> new ArrayList<>()).add(measure(SECONDS));
  }

  private double measure(int seconds) {
    port++;
    new Services(to).iperfOnce(port);
    String json = from.sh("iperf3 -J -t %d -c %s -p %d".formatted(seconds, address, port));
    return new ObjectMapper()
            .readTree(json)
            .path("end")
            .path("sum_received")
            .path("bits_per_second")
            .asDouble()
        / 1e6;
  }

  double median(String condition) {
    List<Double> sorted = new ArrayList<>(megabits.getOrDefault(condition, List.of()));
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  /** The ratio of the medians; prints it with all that it was made of. */
  double ratio(String who, String condition, String reference) {
    double ratio = median(condition) / median(reference);
    System.out.printf(
        Locale.ROOT,
        "%s: RESULT goodput %s / %s: %.3f (%.0f / %.0f Mbit/s, medians of %d; all: %s); load %s%n",
        who,
        condition,
        reference,
        ratio,
        median(condition),
        median(reference),
        ROUNDS,
        megabits,
        Shell.load());
    return ratio;
  }
}
