package org.p2pvpn.overlay.score;

import java.util.List;

/**
 * What we found out about a node ourselves. Each {@code with} gives the value after one more
 * observation; figures that jitter are smoothed here, so that a table built of them is calm.
 *
 * @param rttNanos smoothed round trip from us, or 0
 * @param loss smoothed share of lost probes, or NaN
 * @param throughputBitsPerSecond smoothed, or 0
 * @param failuresInARow since the last success
 * @param busyAtEpochSecond when it last answered BUSY, or 0
 * @param load what we saw of it, such as its queueing delay as a share of its limit, or NaN
 * @param country what an address registry or a probe says, or empty; beats the claim
 * @param neighbourhoods of the addresses it was seen at
 * @param firstSeenEpochSecond by us, or 0 when never
 */
public record Measurements(
    long rttNanos,
    double loss,
    long throughputBitsPerSecond,
    long successes,
    long failures,
    int failuresInARow,
    long lastFailureEpochSecond,
    long busyAtEpochSecond,
    double load,
    String country,
    List<IpPrefix> neighbourhoods,
    long firstSeenEpochSecond,
    long lastSeenEpochSecond) {
  public static final Measurements NOTHING =
      new Measurements(0, Double.NaN, 0, 0, 0, 0, 0, 0, Double.NaN, "", List.of(), 0, 0);

  /** SRTT's gain, RFC 6298 section 2; loads and throughputs are as jittery. */
  private static final double GAIN = 1.0 / 8;

  /**
   * Ours: what one probe says of the loss. At 20 probes a second a step to 5 % shows as 2 % in
   * seven seconds, where its term is halved; one lost probe shows as 0.4 %.
   */
  private static final double PROBE_GAIN = 1.0 / 256;

  public Measurements {
    neighbourhoods = List.copyOf(neighbourhoods);
  }

  public Measurements withRtt(long sampleNanos) {
    long smoothed =
        rttNanos == 0 ? sampleNanos : Math.round(rttNanos + GAIN * (sampleNanos - rttNanos));
    return copy(Math.max(1, smoothed), loss, throughputBitsPerSecond, load);
  }

  /**
   * Probes of one interval:
   *
   * <pre>  loss' = loss + (1 - (1 - 1/256)^sent) * (lost/sent - loss)</pre>
   */
  public Measurements withProbes(int sent, int lost) {
    if (sent <= 0) {
      return this;
    }
    double share = Math.clamp((double) lost / sent, 0.0, 1.0);
    double gain = 1 - Math.pow(1 - PROBE_GAIN, sent);
    return copy(
        rttNanos,
        Double.isNaN(loss) ? share : loss + gain * (share - loss),
        throughputBitsPerSecond,
        load);
  }

  public Measurements withThroughput(long bitsPerSecond) {
    long smoothed =
        throughputBitsPerSecond == 0
            ? bitsPerSecond
            : Math.round(
                throughputBitsPerSecond + GAIN * (bitsPerSecond - throughputBitsPerSecond));
    return copy(rttNanos, loss, smoothed, load);
  }

  /** Not smoothed: a relay that becomes full shall be left at once. */
  public Measurements withLoad(double seen) {
    return copy(rttNanos, loss, throughputBitsPerSecond, Math.clamp(seen, 0.0, 1.0));
  }

  public Measurements withSuccess(long nowEpochSecond) {
    return new Measurements(
        rttNanos,
        loss,
        throughputBitsPerSecond,
        successes + 1,
        failures,
        0,
        lastFailureEpochSecond,
        busyAtEpochSecond,
        load,
        country,
        neighbourhoods,
        firstSeenEpochSecond == 0 ? nowEpochSecond : firstSeenEpochSecond,
        nowEpochSecond);
  }

  public Measurements withFailure(long nowEpochSecond) {
    return new Measurements(
        rttNanos,
        loss,
        throughputBitsPerSecond,
        successes,
        failures + 1,
        failuresInARow + 1,
        nowEpochSecond,
        busyAtEpochSecond,
        load,
        country,
        neighbourhoods,
        firstSeenEpochSecond,
        lastSeenEpochSecond);
  }

  /** It lives and is full: no failure, since saying so is what it should do. */
  public Measurements withBusy(long nowEpochSecond) {
    return new Measurements(
        rttNanos,
        loss,
        throughputBitsPerSecond,
        successes,
        failures,
        0,
        lastFailureEpochSecond,
        nowEpochSecond,
        load,
        country,
        neighbourhoods,
        firstSeenEpochSecond == 0 ? nowEpochSecond : firstSeenEpochSecond,
        nowEpochSecond);
  }

  public Measurements withPlace(String seenCountry, List<IpPrefix> seenAt) {
    return new Measurements(
        rttNanos,
        loss,
        throughputBitsPerSecond,
        successes,
        failures,
        failuresInARow,
        lastFailureEpochSecond,
        busyAtEpochSecond,
        load,
        seenCountry,
        seenAt,
        firstSeenEpochSecond,
        lastSeenEpochSecond);
  }

  private Measurements copy(long rtt, double newLoss, long throughput, double newLoad) {
    return new Measurements(
        rtt,
        newLoss,
        throughput,
        successes,
        failures,
        failuresInARow,
        lastFailureEpochSecond,
        busyAtEpochSecond,
        newLoad,
        country,
        neighbourhoods,
        firstSeenEpochSecond,
        lastSeenEpochSecond);
  }
}
