package org.p2pvpn.overlay.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.ledger.NodeHistory.Day;

/** One node's history while it is being added up. */
final class NodeSums {
  /** RFC 6298, section 2: what one new round trip is worth. */
  private static final double RTT_WEIGHT = 1 / 8.0;

  private static final double RTT_VARIATION_WEIGHT = 1 / 4.0;

  /** Ours: as quick as the round trip's, so that their terms in a score move together. */
  private static final double OTHER_WEIGHT = 1 / 8.0;

  private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

  private long firstSeenMillis;
  private long lastSeenMillis;
  private double rttMicros = -1;
  private double rttVariationMicros;
  private double lossShare = -1;
  private double bytesPerSecond = -1;
  private int loadPercent = -1;
  private Observation.Origin loadOrigin = Observation.Origin.CLAIMED;
  private long servedBytes;

  /** Ascending by day. */
  private final List<DayCounts> days = new ArrayList<>();

  /** Which count of a day. */
  private enum Count {
    HANDSHAKES_MADE,
    HANDSHAKES_FAILED,
    RTTS_MEASURED,
    BUSY,
    CIRCUITS_BUILT,
    CIRCUITS_BROKEN,
    CIRCUITS_LEFT,
    PROTOCOL_BROKEN,
    WRONG_ANSWERS
  }

  private static final class DayCounts {
    final long epochDay;
    final int[] counts = new int[Count.values().length];
    long servedBytes;

    DayCounts(long epochDay) {
      this.epochDay = epochDay;
    }

    @SuppressWarnings("EnumOrdinal") // an array index, never stored or sent
    void add(Count count) {
      counts[count.ordinal()]++;
    }

    @SuppressWarnings("EnumOrdinal") // an array index, never stored or sent
    int get(Count count) {
      return counts[count.ordinal()];
    }

    Day toDay() {
      return new Day(
          epochDay,
          get(Count.HANDSHAKES_MADE),
          get(Count.HANDSHAKES_FAILED),
          get(Count.RTTS_MEASURED),
          get(Count.BUSY),
          get(Count.CIRCUITS_BUILT),
          get(Count.CIRCUITS_BROKEN),
          get(Count.CIRCUITS_LEFT),
          get(Count.PROTOCOL_BROKEN),
          get(Count.WRONG_ANSWERS),
          servedBytes);
    }
  }

  void handshake(Entry entry, boolean made) {
    count(entry.atMillis(), made ? Count.HANDSHAKES_MADE : Count.HANDSHAKES_FAILED);
    if (made) {
      seen(entry.atMillis());
    }
  }

  void rtt(Entry entry, long micros) {
    seen(entry.atMillis());
    count(entry.atMillis(), Count.RTTS_MEASURED);
    if (rttMicros < 0) {
      rttMicros = micros;
      rttVariationMicros = micros / 2.0;
      return;
    }
    rttVariationMicros =
        smooth(rttVariationMicros, Math.abs(rttMicros - (double) micros), RTT_VARIATION_WEIGHT);
    rttMicros = smooth(rttMicros, (double) micros, RTT_WEIGHT);
  }

  void loss(Entry entry, Observation.LossMeasured measured) {
    if (measured.sent() == 0) {
      return;
    }
    if (measured.lost() < measured.sent()) {
      seen(entry.atMillis());
    }
    lossShare = smooth(lossShare, (double) measured.lost() / measured.sent(), OTHER_WEIGHT);
  }

  void throughput(Entry entry, Observation.ThroughputSeen measured) {
    if (measured.nanos() == 0) {
      return;
    }
    seen(entry.atMillis());
    bytesPerSecond =
        smooth(bytesPerSecond, measured.bytes() * 1e9 / measured.nanos(), OTHER_WEIGHT);
  }

  /** What we measured beats what it claims. */
  void load(Observation.LoadSeen seen) {
    if (loadOrigin == Observation.Origin.CLAIMED || seen.origin() == loadOrigin) {
      loadPercent = seen.percent();
      loadOrigin = seen.origin();
    }
  }

  void busy(Entry entry) {
    seen(entry.atMillis());
    count(entry.atMillis(), Count.BUSY);
  }

  void circuitBuilt(long atMillis) {
    seen(atMillis);
    count(atMillis, Count.CIRCUITS_BUILT);
  }

  void circuitBroken(Entry entry, Observation.How how) {
    switch (how) {
      case LEFT -> count(entry.atMillis(), Count.CIRCUITS_LEFT);
      case SILENT, REFUSED, OTHER -> count(entry.atMillis(), Count.CIRCUITS_BROKEN);
    }
  }

  void served(Entry entry, long bytes) {
    seen(entry.atMillis());
    servedBytes += bytes;
    DayCounts day = day(entry.atMillis());
    if (day != null) {
      day.servedBytes += bytes;
    }
  }

  void protocolBroken(Entry entry, Observation.What what) {
    count(entry.atMillis(), Count.PROTOCOL_BROKEN);
    if (what == Observation.What.WRONG_ANSWER) {
      count(entry.atMillis(), Count.WRONG_ANSWERS);
    }
  }

  private void seen(long atMillis) {
    firstSeenMillis = firstSeenMillis == 0 ? atMillis : Math.min(firstSeenMillis, atMillis);
    lastSeenMillis = Math.max(lastSeenMillis, atMillis);
  }

  private void count(long atMillis, Count count) {
    DayCounts day = day(atMillis);
    if (day != null) {
      day.add(count);
    }
  }

  /** The day's counts, or null when it is older than all the days that are kept. */
  private @Nullable DayCounts day(long atMillis) {
    long epochDay = Math.floorDiv(atMillis, DAY_MILLIS);
    int at = days.size();
    while (at > 0 && days.get(at - 1).epochDay > epochDay) {
      at--;
    }
    if (at > 0 && days.get(at - 1).epochDay == epochDay) {
      return days.get(at - 1);
    }
    if (at == 0 && days.size() == NodeHistory.DAYS_MAX) {
      return null;
    }
    DayCounts made = new DayCounts(epochDay);
    days.add(at, made);
    if (days.size() > NodeHistory.DAYS_MAX) {
      days.removeFirst();
    }
    return made;
  }

  private static double smooth(double before, double now, double weight) {
    return before < 0 ? now : before + weight * (now - before);
  }

  NodeHistory toHistory(NodeId node) {
    return new NodeHistory(
        node,
        firstSeenMillis,
        lastSeenMillis,
        rttMicros,
        rttVariationMicros,
        lossShare,
        bytesPerSecond,
        loadPercent,
        loadOrigin,
        servedBytes,
        days.stream().map(DayCounts::toDay).toList());
  }
}
