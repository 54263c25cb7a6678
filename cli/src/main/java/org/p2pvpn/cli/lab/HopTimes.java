package org.p2pvpn.cli.lab;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Round trips to each hop of the path in use, as alice's daemon tells them. One thread. */
final class HopTimes {
  /** Ours: what fits a line, five seconds of it. */
  private static final int HISTORY_MAX = 20;

  /**
   * What is shown of a hop.
   *
   * @param history round trips in milliseconds, oldest first
   */
  record Shown(String name, String role, double rttMillis, List<Double> history) {}

  private final Map<String, ArrayDeque<Double>> histories = new LinkedHashMap<>();
  private List<CircuitFacts.Hop> path = List.of();

  /** The path as it is now; a hop that comes back has its history still. */
  void take(List<CircuitFacts.Hop> now) {
    path = now;
    for (CircuitFacts.Hop hop : now) {
      if (hop.rttMillis() >= 0) {
        ArrayDeque<Double> history =
            histories.computeIfAbsent(hop.name(), _ -> new ArrayDeque<>(HISTORY_MAX + 1));
        history.add(hop.rttMillis());
        if (history.size() > HISTORY_MAX) {
          history.removeFirst();
        }
      }
    }
  }

  List<Shown> shown() {
    List<Shown> shown = new ArrayList<>();
    for (CircuitFacts.Hop hop : path) {
      List<Double> history = List.copyOf(histories.getOrDefault(hop.name(), new ArrayDeque<>()));
      shown.add(new Shown(hop.name(), hop.role(), hop.rttMillis(), history));
    }
    return shown;
  }
}
