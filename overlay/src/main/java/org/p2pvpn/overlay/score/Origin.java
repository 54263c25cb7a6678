package org.p2pvpn.overlay.score;

/** Where a figure comes from, the most reliable first. */
public enum Origin {
  /** By this node, on its own packets. */
  MEASURED(1.0),

  /**
   * Computed from somebody's word and something of ours, such as a distance of coordinates. Serf's
   * Vivaldi is off by a tenth or two on the internet; the factor is ours.
   */
  DERIVED(0.8),

  /**
   * The node's own word. Ours: half, so that a boast is worth less than a middling measurement;
   * Tor's early path choice by advertised bandwidth was drawn to whoever lied (path-spec 1.1).
   */
  CLAIMED(0.5),

  /** Nobody says anything. */
  UNKNOWN(0.0);

  private final double confidence;

  Origin(double confidence) {
    this.confidence = confidence;
  }

  /** What a term's utility is multiplied with. */
  public double confidence() {
    return confidence;
  }

  /** The less reliable of two: what is made of both is no better than it. */
  Origin weaker(Origin other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
