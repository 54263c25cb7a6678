package org.p2pvpn.overlay.score;

import java.util.List;

/**
 * How far a node is trusted, from what we saw of it; slow to gain, fast to lose (design, section
 * 8).
 *
 * <pre>
 *   score(day) = 1 - 10 * (1 - quality) - 25 * violations
 *   sum        = sum(score(day) * 0.99^daysAgo), at least 0
 *   earned     = sum / (sum + 10)
 *   ceiling    = min(days / (days + 7), bytes / (bytes + 1 GiB))     days and bytes of honest service
 *   recent     = min over the last 3 observed days of max(0, 2 * quality - 1), 0 after a violation
 *   own        = min(earned, ceiling, recent)
 * </pre>
 *
 * A perfect day gains at most one, a day at 90 % gains nothing, a useless one takes nine good ones.
 * {@code recent} is the fast loss: a node that saved up trust and turns bad has none the same day,
 * and has it back after three good days but for what the sum lost.
 *
 * <p>Reports of others count by our trust in them, a stranger's by 0:
 *
 * <pre>
 *   R = sum(trust in reporter)     m = sum(trust in reporter * reported) / R
 *   with own days     trust = own + max(-0.1, min(0, m - own)) * min(1, R)
 *   without           trust = min(0.2, m * R / (R + 1))                       derived
 * </pre>
 *
 * So praise never raises what we measured, and any number of slanderers takes a tenth at most.
 */
public final class Trust {
  /** Design, section 8: a day's weight halves in 69. */
  private static final double DECAY_A_DAY = 0.99;

  /** Ours, all below: see the class comment for what they make of a good and of a bad day. */
  private static final double LOSS_FACTOR = 10;

  private static final double VIOLATION_COST = 25;
  private static final double EARNED_HALF = 10;
  private static final double DAYS_HALF = 7;
  private static final double BYTES_HALF = 1L << 30;
  private static final int RECENT_DAYS = 3;
  static final double HONEST_QUALITY = 0.9;

  /** Ours, of {@code recent}: one failure of one try, and no more. */
  private static final double BLAMELESS = 0.5;

  private static final double REPORTS_LOWER_MAX = 0.1;
  private static final double REPORTS_ALONE_MAX = 0.2;

  private Trust() {}

  /**
   * What another node says of it.
   *
   * @param reporterTrust ours in the reporter, in [0,1]
   * @param reported what it says of the node, in [0,1]
   */
  public record Report(double reporterTrust, double reported) {}

  /** Unknown when there is neither a day nor a report that counts. */
  public static Figure of(List<DayRecord> days, List<Report> reports) {
    double weight = reports.stream().mapToDouble(Trust::weight).sum();
    double mean =
        weight > 0
            ? reports.stream()
                    .mapToDouble(it -> weight(it) * Math.clamp(it.reported(), 0.0, 1.0))
                    .sum()
                / weight
            : 0;
    List<DayRecord> observed = days.stream().filter(DayRecord::isObserved).toList();
    if (observed.isEmpty()) {
      return weight > 0
          ? Figure.derived(Math.min(REPORTS_ALONE_MAX, mean * weight / (weight + 1)))
          : Figure.UNKNOWN;
    }
    double own = own(observed);
    double lower = weight > 0 ? Math.clamp(mean - own, -REPORTS_LOWER_MAX, 0.0) : 0;
    return Figure.measured(Math.max(0, own + lower * Math.min(1, weight)));
  }

  /**
   * Of our own days alone; unknown while they are too few to speak for a node that did nothing
   * wrong. Else whoever has worked for us for a day would rank behind every stranger.
   */
  public static Figure ofOwn(List<DayRecord> days) {
    Figure trust = of(days, List.of());
    List<DayRecord> observed = days.stream().filter(DayRecord::isObserved).toList();
    boolean blameless =
        recent(observed) >= BLAMELESS && observed.stream().allMatch(day -> day.violations() == 0);
    return blameless && trust.value() < Term.UNKNOWN_VALUE ? Figure.UNKNOWN : trust;
  }

  private static double weight(Report report) {
    return Math.clamp(report.reporterTrust(), 0.0, 1.0);
  }

  private static double own(List<DayRecord> days) {
    double sum = 0;
    double bytes = 0;
    int honestDays = 0;
    for (DayRecord day : days) {
      sum += score(day) * Math.pow(DECAY_A_DAY, day.daysAgo());
      if (day.isHonestService()) {
        honestDays++;
        bytes += day.bytesServed();
      }
    }
    double positive = Math.max(0, sum);
    double earned = positive / (positive + EARNED_HALF);
    double ceiling = Math.min(honestDays / (honestDays + DAYS_HALF), bytes / (bytes + BYTES_HALF));
    return Math.min(Math.min(earned, ceiling), recent(days));
  }

  private static double score(DayRecord day) {
    return 1 - LOSS_FACTOR * (1 - day.quality()) - VIOLATION_COST * day.violations();
  }

  private static double recent(List<DayRecord> days) {
    return days.stream()
        .sorted((a, b) -> Integer.compare(a.daysAgo(), b.daysAgo()))
        .limit(RECENT_DAYS)
        .mapToDouble(day -> day.violations() > 0 ? 0 : Math.max(0, 2 * day.quality() - 1))
        .min()
        .orElse(0);
  }
}
