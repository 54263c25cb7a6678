package org.p2pvpn.overlay.ledger;

import java.util.List;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * What our observations of one node add up to: enough to compute trust from, without judging.
 *
 * @param firstSeenMillis when it first did something well, or 0
 * @param lastSeenMillis when it last did something well, or 0
 * @param rttMicros smoothed, or -1 when never measured
 * @param rttVariationMicros smoothed distance from {@code rttMicros}: how steady it is
 * @param lossShare smoothed, in [0,1], or -1 when never measured
 * @param bytesPerSecond smoothed, or -1 when never measured
 * @param loadPercent the last that we measured, else the last that it claimed, else -1
 * @param loadOrigin whose word the load is
 * @param servedBytes of honest service, ever
 * @param days the last {@value #DAYS_MAX} days on which there was anything, oldest first
 */
public record NodeHistory(
    NodeId node,
    long firstSeenMillis,
    long lastSeenMillis,
    double rttMicros,
    double rttVariationMicros,
    double lossShare,
    double bytesPerSecond,
    int loadPercent,
    Observation.Origin loadOrigin,
    long servedBytes,
    List<Day> days) {
  /** As long as the ledger keeps observations; the oldest day goes when there is one more. */
  public static final int DAYS_MAX = 30;

  public NodeHistory {
    days = List.copyOf(days);
  }

  /** Days on which it served at least one byte. */
  public int daysOfService() {
    return (int) days.stream().filter(day -> day.servedBytes() > 0).count();
  }

  /**
   * One day's counts, in UTC.
   *
   * @param epochDay days since 1970-01-01
   * @param circuitsLeft ended by a polite leave, which is no failure
   * @param wrongAnswers of {@code protocolBroken}, those to challenges
   */
  public record Day(
      long epochDay,
      int handshakesMade,
      int handshakesFailed,
      int rttsMeasured,
      int busy,
      int circuitsBuilt,
      int circuitsBroken,
      int circuitsLeft,
      int protocolBroken,
      int wrongAnswers,
      long servedBytes) {}
}
