package org.p2pvpn.overlay.score;

import java.util.Locale;

/**
 * Weights for people who do not want to think of weights. The numbers are ours; each line's reason
 * stands with it. All have loss, and enough of it to outweigh the latency that a distant path
 * costs: a lossy relay is bad for every kind of traffic, and latency does not show it.
 */
public enum Preset {
  /** Calls and games: what one waits for is the round trip; a lost packet is a gap. */
  FAST,

  /** Whole-host traffic of a person: no term decides alone. */
  BALANCED,

  /**
   * Who carries it matters, not how quickly. Latency is small on purpose: a path that is near tells
   * where its user is, and nearness is what an observer can buy.
   */
  PRIVATE,

  /** Downloads: measured throughput, and room for it. */
  BULK;

  public Weights weights() {
    // trust, latency, availability, load, loss, throughput
    return switch (this) {
      case FAST -> new Weights(0.10, 0.40, 0.10, 0.20, 0.20, 0);
      case BALANCED -> new Weights(0.30, 0.20, 0.10, 0.20, 0.20, 0);
      case PRIVATE -> new Weights(0.55, 0.05, 0.15, 0.10, 0.15, 0);
      case BULK -> new Weights(0.10, 0.05, 0.10, 0.20, 0.20, 0.35);
    };
  }

  /** As on the command line: {@code fast}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
