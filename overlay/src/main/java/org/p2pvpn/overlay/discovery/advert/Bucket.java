package org.p2pvpn.overlay.discovery.advert;

/** So many a second, and so many at once. One thread. */
public final class Bucket {
  private final double perNano;
  private final double burst;
  private double tokens;
  private long refilledNanos;

  public Bucket(double perSecond, double burst, long nowNanos) {
    this.perNano = perSecond / 1e9;
    this.burst = burst;
    this.tokens = burst;
    this.refilledNanos = nowNanos;
  }

  double tokens(long nowNanos) {
    tokens = Math.min(burst, tokens + (nowNanos - refilledNanos) * perNano);
    refilledNanos = nowNanos;
    return tokens;
  }

  public boolean take(long nowNanos) {
    return takeAbove(0, nowNanos);
  }

  /** Takes one when {@code kept} stay for others. */
  boolean takeAbove(double kept, long nowNanos) {
    if (tokens(nowNanos) < kept + 1) {
      return false;
    }
    tokens--;
    return true;
  }

  /** Empty, and for a while more. */
  void punish(double seconds, long nowNanos) {
    tokens(nowNanos);
    tokens = -seconds * 1e9 * perNano;
  }
}
