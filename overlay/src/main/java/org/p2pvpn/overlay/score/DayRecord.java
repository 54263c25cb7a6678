package org.p2pvpn.overlay.score;

/**
 * What we saw of a node in one day. The ledger counts; nothing here is anybody's claim.
 *
 * @param daysAgo 0 is today
 * @param successes circuits built, probes of a built circuit answered in time, by the hour
 * @param failures likewise; not counted while our own uplink is down
 * @param accurate challenges answered rightly, and claims that our measurement confirmed
 * @param inaccurate likewise, refuted
 * @param latencyConsistency share of round trips within twice the day's median, or NaN: who delays
 *     some packets only is seen here
 * @param uptime share of our probes, over the whole day, that it was there for, or NaN
 * @param violations of the protocol, each proved by an authenticated message
 * @param bytesServed of ours, delivered end to end
 */
public record DayRecord(
    int daysAgo,
    long successes,
    long failures,
    long accurate,
    long inaccurate,
    double latencyConsistency,
    double uptime,
    long violations,
    long bytesServed) {
  /** Ours: four good ones assumed, so that one failure of one try is no verdict. */
  private static final double ASSUMED = 4;

  public DayRecord {
    if (daysAgo < 0
        || Math.min(Math.min(successes, failures), Math.min(accurate, inaccurate)) < 0
        || Math.min(violations, bytesServed) < 0) {
      throw new IllegalArgumentException("day record: a count is negative");
    }
  }

  boolean isObserved() {
    return successes + failures + accurate + inaccurate + violations > 0;
  }

  boolean isHonestService() {
    return successes > 0 && violations == 0 && quality() >= Trust.HONEST_QUALITY;
  }

  /**
   *
   *
   * <pre>  quality = mean of what is known of: (4 + successes) / (4 + successes + failures),
   *            (4 + accurate) / (4 + accurate + inaccurate), consistency, uptime</pre>
   */
  double quality() {
    double sum = rate(successes, failures);
    int parts = 1;
    if (accurate + inaccurate > 0) {
      sum += rate(accurate, inaccurate);
      parts++;
    }
    if (!Double.isNaN(latencyConsistency)) {
      sum += Math.clamp(latencyConsistency, 0.0, 1.0);
      parts++;
    }
    if (!Double.isNaN(uptime)) {
      sum += Math.clamp(uptime, 0.0, 1.0);
      parts++;
    }
    return sum / parts;
  }

  private static double rate(long good, long bad) {
    return (ASSUMED + good) / (ASSUMED + good + bad);
  }
}
