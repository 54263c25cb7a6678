package org.p2pvpn.overlay.control;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.p2pvpn.overlay.telemetry.Counters;
import org.p2pvpn.overlay.telemetry.Meter;

/** The control thread's counters: meters, and handshake drops by their reason. */
final class ControlCounters {
  private final Counters meters = new Counters();

  /** Reasons are names in the code, so that their number is bounded. */
  private final Map<String, Long> drops = new TreeMap<>();

  void add(Meter meter) {
    meters.add(meter, 1);
  }

  /** An event whose name is known to the code alone. */
  void count(String event) {
    drops.merge(event.toLowerCase(Locale.ROOT), 1L, Long::sum);
  }

  void drop(String reason) {
    drops.merge("drop_handshake_" + reason.toLowerCase(Locale.ROOT), 1L, Long::sum);
  }

  void addTo(Map<String, Long> sums) {
    meters.addTo(sums);
    drops.forEach((reason, count) -> sums.merge(reason, count, Long::sum));
  }
}
