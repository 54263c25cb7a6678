package org.p2pvpn.cli.underlay;

/** How a link loses packets. */
public sealed interface Loss {
  Loss NONE = new Independent(0);

  /** Each packet by itself. */
  record Independent(double probability) implements Loss {
    public Independent {
      checkProbability("loss", probability);
    }
  }

  /**
   * Bursts, by the model of Gilbert and Elliott: two states, each with its own loss; before each
   * packet the state may change.
   *
   * @param enterBad from good to bad; its inverse is the mean length of a good stretch, in packets
   * @param leaveBad from bad to good; its inverse is the mean length of a burst
   * @param lossInGood usually 0
   * @param lossInBad usually 1
   */
  record Bursts(double enterBad, double leaveBad, double lossInGood, double lossInBad)
      implements Loss {
    public Bursts {
      checkProbability("enterBad", enterBad);
      checkProbability("leaveBad", leaveBad);
      checkProbability("lossInGood", lossInGood);
      checkProbability("lossInBad", lossInBad);
    }

    /** The long run's share of lost packets. */
    public double mean() {
      double bad = enterBad + leaveBad == 0 ? 0 : enterBad / (enterBad + leaveBad);
      return bad * lossInBad + (1 - bad) * lossInGood;
    }
  }

  /** Bursts that lose everything, of this mean length, and this share of all packets. */
  static Bursts bursts(double share, double packetsPerBurst) {
    double leave = 1 / packetsPerBurst;
    return new Bursts(share * leave / (1 - share), leave, 0, 1);
  }

  static void checkProbability(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + ": must be 0-1: " + value);
    }
  }
}
