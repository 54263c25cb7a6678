package org.p2pvpn.overlay.score;

/**
 * How much each term counts; 0 turns it off. Only their proportion matters:
 *
 * <pre>  score = sum(weight * term) / sum(weight)</pre>
 */
public record Weights(
    double trust,
    double latency,
    double availability,
    double load,
    double loss,
    double throughput) {
  public Weights {
    double sum = 0;
    for (double weight : new double[] {trust, latency, availability, load, loss, throughput}) {
      if (!Double.isFinite(weight) || weight < 0) {
        throw new IllegalArgumentException(
            "weight %s: expected a number that is not negative".formatted(weight));
      }
      sum += weight;
    }
    if (!(sum > 0) || !Double.isFinite(sum)) {
      throw new IllegalArgumentException("weights: at least one must be above 0");
    }
  }

  public double of(Term term) {
    return switch (term) {
      case TRUST -> trust;
      case LATENCY -> latency;
      case AVAILABILITY -> availability;
      case LOAD -> load;
      case LOSS -> loss;
      case THROUGHPUT -> throughput;
    };
  }

  public double sum() {
    return trust + latency + availability + load + loss + throughput;
  }
}
