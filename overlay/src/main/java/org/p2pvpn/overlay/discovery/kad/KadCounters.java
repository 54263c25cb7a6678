package org.p2pvpn.overlay.discovery.kad;

import java.util.Locale;
import java.util.Map;

/** How often what happened. One thread. */
@SuppressWarnings("EnumOrdinal") // an array index, never stored or sent
public final class KadCounters {
  private static final KadEvent[] EVENTS = KadEvent.values();

  private final long[] counts = new long[EVENTS.length];

  void count(KadEvent event) {
    counts[event.ordinal()]++;
  }

  public long get(KadEvent event) {
    return counts[event.ordinal()];
  }

  /** Beside the other counters, as {@code kad_lookups}. */
  public void addTo(Map<String, Long> sums) {
    for (KadEvent event : EVENTS) {
      sums.merge("kad_" + event.name().toLowerCase(Locale.ROOT), get(event), Long::sum);
    }
  }
}
