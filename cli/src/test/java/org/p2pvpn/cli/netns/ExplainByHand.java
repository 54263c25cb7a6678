package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Computes what {@code path --explain --json} says again, from its figures and the formulas of
 * protocol.md alone: no class of the program is used, so that both must be right.
 */
final class ExplainByHand {
  private static final double TOP = 5;
  private static final double EXPLORATION = 0.1;

  private ExplainByHand() {}

  /**
   * Fails where a value, score, rank or probability is another one than its own figures give.
   *
   * @return how many scores were computed
   */
  static int mustAgree(JsonNode explained) {
    int scores = 0;
    for (JsonNode draw : explained.path("draws")) {
      List<JsonNode> options = new ArrayList<>();
      draw.path("options").forEach(options::add);
      assertThat(options).as(draw.toString()).isNotEmpty();
      for (JsonNode option : options) {
        mustBeItsTerms(option);
        scores++;
      }
      mustBeInOrder(options);
      mustBeDrawnByScore(options);
      mustHaveDrawnOneOf(draw, options);
    }
    return scores;
  }

  private static void mustBeItsTerms(JsonNode option) {
    double sum = 0;
    double weights = 0;
    for (JsonNode term : option.path("terms")) {
      double value = value(term);
      assertThat(term.path("value").asDouble()).as(term.toString()).isCloseTo(value, within(1e-9));
      sum += term.path("weight").asDouble() * value;
      weights += term.path("weight").asDouble();
    }
    assertThat(option.path("score").asDouble())
        .as(option.toString())
        .isCloseTo(sum / weights, within(1e-9));
  }

  private static double value(JsonNode term) {
    double confidence =
        switch (term.path("origin").asString()) {
          case "measured" -> 1;
          case "derived" -> 0.8;
          case "claimed" -> 0.5;
          default -> 0;
        };
    if (confidence == 0) {
      return 0.25;
    }
    double figure = term.path("figure").asDouble();
    return confidence
        * switch (term.path("term").asString()) {
          case "trust", "availability" -> figure;
          case "latency" -> 100 / (100 + figure);
          case "load" -> 1 - figure;
          case "loss" -> 1 / (1 + (50 * figure) * (50 * figure));
          case "throughput" -> figure / (figure + 50);
          default -> throw new AssertionError(term.toString());
        };
  }

  private static void mustBeInOrder(List<JsonNode> options) {
    List<JsonNode> sorted = new ArrayList<>(options);
    sorted.sort(Comparator.comparingDouble(ExplainByHand::score).reversed());
    for (int i = 0; i < options.size(); i++) {
      assertThat(score(options.get(i))).isEqualTo(score(sorted.get(i)));
      assertThat(options.get(i).path("rank").asInt()).isEqualTo(i < TOP ? i + 1 : 0);
    }
  }

  private static void mustBeDrawnByScore(List<JsonNode> options) {
    int top = (int) Math.min(TOP, options.size());
    int others = options.size() - top;
    double topSum = options.subList(0, top).stream().mapToDouble(ExplainByHand::score).sum();
    double all = 0;
    for (int i = 0; i < options.size(); i++) {
      double share = i >= top ? 0 : topSum > 0 ? score(options.get(i)) / topSum : 1.0 / top;
      double expected =
          others == 0 ? share : i < top ? (1 - EXPLORATION) * share : EXPLORATION / others;
      double said = options.get(i).path("probability").asDouble();
      assertThat(said).as(options.get(i).toString()).isCloseTo(expected, within(1e-9));
      all += said;
    }
    assertThat(all).as("all probabilities together").isCloseTo(1, within(1e-9));
  }

  private static void mustHaveDrawnOneOf(JsonNode draw, List<JsonNode> options) {
    Set<String> could = new HashSet<>();
    options.forEach(option -> could.add(option.path("node").asString()));
    assertThat(could).contains(draw.path("drawn").asString());
    for (JsonNode refusal : draw.path("refusals")) {
      assertThat(refusal.path("why").asString()).as(refusal.toString()).isNotBlank();
      options.forEach(
          option ->
              assertThat(option.path("nodeId").asString())
                  .as("refused and drawn from")
                  .isNotEqualTo(refusal.path("nodeId").asString()));
    }
  }

  private static double score(JsonNode option) {
    return option.path("score").asDouble();
  }
}
