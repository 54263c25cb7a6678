package org.p2pvpn.overlay.score;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One hop's choice: who passes the constraints, with what score, and the draw among them.
 *
 * <p>Newcomers are set aside at both ends of a path, where one sees who asks or what is asked for,
 * as long as anybody else passes. In a network that is new as a whole all are newcomers, and then
 * they are taken.
 */
final class Hop {
  private final NodeTable table;
  private final PathRequest request;
  private final Position position;
  private final Eligibility eligibility;
  private final HopLatency latency;
  private final BitSet tried;

  private final int[] eligible;
  private final double[] scores;
  private int count;
  private boolean newcomersAside;
  private final Draw draw;

  /**
   * @param weighted the sum of all terms but latency, {@link NodeTable#weighted}
   * @param tried drawn before for this hop, and found to lead nowhere
   */
  Hop(
      NodeTable table,
      PathRequest request,
      Position position,
      Eligibility eligibility,
      HopLatency latency,
      double[] weighted,
      BitSet tried,
      long tieSeed) {
    this.table = table;
    this.request = request;
    this.position = position;
    this.eligibility = eligibility;
    this.latency = latency;
    this.tried = tried;
    eligible = new int[table.size()];
    collect();
    scores = new double[count];
    double sum = request.weights().sum();
    double weight = request.weights().latency();
    for (int i = 0; i < count; i++) {
      double rest = weight > 0 ? weight * latency.value(eligible[i]) : 0;
      scores[i] = (weighted[eligible[i]] + rest) / sum;
    }
    draw = new Draw(scores, count, tieSeed);
  }

  private void collect() {
    int established = 0;
    for (int node = 0; node < table.size(); node++) {
      if (eligibility.first(node) == null && !tried.get(node)) {
        eligible[count++] = node;
        established += table.isNewcomer(node) ? 0 : 1;
      }
    }
    newcomersAside = position != Position.MIDDLE && established > 0 && established < count;
    if (newcomersAside) {
      int kept = 0;
      for (int i = 0; i < count; i++) {
        if (!table.isNewcomer(eligible[i])) {
          eligible[kept++] = eligible[i];
        }
      }
      count = kept;
    }
  }

  /** A node's index, or -1. */
  int draw(RandomGenerator random) {
    int drawn = draw.draw(random);
    return drawn < 0 ? -1 : eligible[drawn];
  }

  Explanation.Hop explained(int number, int drawn) {
    List<Explanation.Option> options = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      options.add(
          new Explanation.Option(
              table.at(eligible[i]).id(),
              terms(eligible[i]),
              scores[i],
              draw.rank(i),
              draw.probability(i)));
    }
    options.sort(
        Comparator.comparingDouble(Explanation.Option::score)
            .reversed()
            .thenComparingInt(option -> option.rank() == 0 ? Integer.MAX_VALUE : option.rank()));
    return new Explanation.Hop(
        number, position, options, refusals(), draw.explored(), table.at(drawn).id());
  }

  private List<Explanation.TermValue> terms(int node) {
    List<Explanation.TermValue> terms = new ArrayList<>();
    for (Term term : Term.values()) {
      Figure figure =
          term == Term.LATENCY ? latency.figure(node) : table.figure(term, table.at(node));
      terms.add(
          new Explanation.TermValue(term, figure, term.value(figure), request.weights().of(term)));
    }
    return terms;
  }

  private List<Explanation.Refusal> refusals() {
    List<Explanation.Refusal> refusals = new ArrayList<>();
    for (int node = 0; node < table.size(); node++) {
      Constraint broken = refusal(node);
      if (broken != null) {
        refusals.add(
            new Explanation.Refusal(table.at(node).id(), broken, broken.words(request, position)));
      }
    }
    return refusals;
  }

  private @Nullable Constraint refusal(int node) {
    Constraint broken = eligibility.first(node);
    return broken == null && newcomersAside && table.isNewcomer(node)
        ? Constraint.NEWCOMER
        : broken;
  }
}
