package org.p2pvpn.overlay.score;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The draw of one among many by their scores:
 *
 * <pre>
 *   among the top 5        p = score / sum of the five scores    (each 1/5 when the sum is 0)
 *   if there are others    p of the five * 0.9, and 0.1 is shared by all others alike
 * </pre>
 *
 * Equal scores are ranked at random, not by node id: ids can be ground out by who wants the first
 * places in a table of strangers.
 */
final class Draw {
  /** Design, section 6: enough to spread the load, few enough to be good. */
  static final int TOP = 5;

  /** Design, section 6: without it a good node that was never tried is never found. */
  static final double EXPLORATION = 0.1;

  private final double[] scores;
  private final int count;
  private final int[] top;
  private final double topSum;
  private final long tieSeed;
  private boolean explored;

  /**
   * Ranks them.
   *
   * @param scores of which the first {@code count} are drawn from; none is negative
   */
  Draw(double[] scores, int count, long tieSeed) {
    this.scores = scores;
    this.count = count;
    this.tieSeed = tieSeed;
    top = new int[Math.min(TOP, count)];
    int filled = 0;
    for (int i = 0; i < count; i++) {
      if (filled < top.length || isBetter(i, top[filled - 1])) {
        filled = Math.min(filled + 1, top.length);
        insert(i, filled);
      }
    }
    double sum = 0;
    for (int i : top) {
      sum += scores[i];
    }
    topSum = sum;
  }

  private void insert(int candidate, int filled) {
    int at = filled - 1;
    while (at > 0 && isBetter(candidate, top[at - 1])) {
      top[at] = top[at - 1];
      at--;
    }
    top[at] = candidate;
  }

  private boolean isBetter(int one, int other) {
    int order = Double.compare(scores[one], scores[other]);
    return order > 0 || (order == 0 && tieKey(one) > tieKey(other));
  }

  /** SplitMix64's finalizer (Steele, Lea, Flood 2014). */
  private long tieKey(int index) {
    long z = tieSeed + index * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** An index into the scores, or -1 when there is none. */
  int draw(RandomGenerator random) {
    if (count == 0) {
      return -1;
    }
    explored = count > top.length && random.nextDouble() < EXPLORATION;
    if (explored) {
      return another(random.nextInt(count - top.length));
    }
    double left = random.nextDouble();
    for (int rank = 0; rank < top.length - 1; rank++) {
      left -= share(top[rank]);
      if (left < 0) {
        return top[rank];
      }
    }
    return top[top.length - 1];
  }

  /** The k-th that is not among the top. */
  private int another(int k) {
    int[] skipped = top.clone();
    Arrays.sort(skipped);
    int index = k;
    for (int each : skipped) {
      if (index >= each) {
        index++;
      }
    }
    return index;
  }

  private double share(int index) {
    return topSum > 0 ? scores[index] / topSum : 1.0 / top.length;
  }

  /** Whether the last draw left the top. */
  boolean explored() {
    return explored;
  }

  /** From 1, or 0 beyond the top. */
  int rank(int index) {
    for (int rank = 0; rank < top.length; rank++) {
      if (top[rank] == index) {
        return rank + 1;
      }
    }
    return 0;
  }

  double probability(int index) {
    if (count == top.length) {
      return share(index);
    }
    return rank(index) > 0 ? (1 - EXPLORATION) * share(index) : EXPLORATION / (count - top.length);
  }
}
