package org.p2pvpn.overlay.control;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.ledger.NodeHistory;
import org.p2pvpn.overlay.score.DayRecord;
import org.p2pvpn.overlay.score.Measurements;

/** The ledger counts, the score judges: here the words of the one become the other's. */
final class Recalled {
  /** {@link Roster#ROUND_TRIP_NOTED_NANOS}: a round trip a minute. */
  private static final int ROUND_TRIPS_AN_HOUR = 60;

  private Recalled() {}

  static Map<NodeId, Measurements> figures(Collection<NodeHistory> histories) {
    Map<NodeId, Measurements> figures = new HashMap<>();
    histories.forEach(history -> figures.put(history.node(), figures(history)));
    return figures;
  }

  /**
   * What is as true as it was. Load, loss and failures in a row are of their hour: after a start
   * every node has its chance.
   */
  static Measurements figures(NodeHistory history) {
    long built = 0;
    long broken = 0;
    for (NodeHistory.Day day : history.days()) {
      built += day.circuitsBuilt();
      broken += day.circuitsBroken();
    }
    Measurements none = Measurements.NOTHING;
    return new Measurements(
        history.rttMicros() < 0 ? 0 : Math.max(1, Math.round(history.rttMicros() * 1000)),
        none.loss(),
        none.throughputBitsPerSecond(),
        built,
        broken,
        none.failuresInARow(),
        none.lastFailureEpochSecond(),
        none.busyAtEpochSecond(),
        none.load(),
        none.country(),
        none.neighbourhoods(),
        TimeUnit.MILLISECONDS.toSeconds(history.firstSeenMillis()),
        TimeUnit.MILLISECONDS.toSeconds(history.lastSeenMillis()));
  }

  /** Both; what was measured since is newer. */
  static Measurements and(Measurements past, Measurements since) {
    long first = Math.min(past.firstSeenEpochSecond(), since.firstSeenEpochSecond());
    return new Measurements(
        since.rttNanos() == 0 ? past.rttNanos() : since.rttNanos(),
        since.loss(),
        since.throughputBitsPerSecond(),
        past.successes() + since.successes(),
        past.failures() + since.failures(),
        since.failuresInARow(),
        since.lastFailureEpochSecond(),
        since.busyAtEpochSecond(),
        since.load(),
        since.country(),
        since.neighbourhoods(),
        first == 0 ? past.firstSeenEpochSecond() + since.firstSeenEpochSecond() : first,
        Math.max(past.lastSeenEpochSecond(), since.lastSeenEpochSecond()));
  }

  /** Days that the clock puts into the future were today. */
  static List<DayRecord> days(NodeHistory history, long today) {
    return history.days().stream().map(day -> record(day, today)).toList();
  }

  /**
   * A success is a circuit built, an hour of answers, or that a circuit of the day before still
   * carried something: whoever does its work all day shall not look idle.
   */
  private static DayRecord record(NodeHistory.Day day, long today) {
    long hours = Math.ceilDiv(day.rttsMeasured(), ROUND_TRIPS_AN_HOUR);
    return new DayRecord(
        Math.clamp(today - day.epochDay(), 0, Integer.MAX_VALUE),
        day.circuitsBuilt() + hours + (day.servedBytes() > 0 ? 1 : 0),
        day.circuitsBroken(),
        0,
        day.wrongAnswers(),
        Double.NaN,
        Double.NaN,
        Math.max(0, day.protocolBroken() - day.wrongAnswers()),
        day.servedBytes());
  }
}
