package org.p2pvpn.overlay.score;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stood in the way of a hop, and what would help. A node that breaks one constraint only would
 * come in if that one fell; where every node breaks several, the fewest that fall together.
 */
final class Remedies {
  /** Ours: more is a list to be searched, not advice. */
  private static final int COUNTRIES_SHOWN = 2;

  private final PathRequest request;
  private final Position position;

  /** By constraint: those who break it and nothing else. */
  private final Map<Constraint, List<Candidate>> near = new EnumMap<>(Constraint.class);

  private final Map<Constraint, Integer> removed = new EnumMap<>(Constraint.class);
  private @Nullable Set<Constraint> fewest;
  private int considered;

  private Remedies(PathRequest request, Position position) {
    this.request = request;
    this.position = position;
  }

  static NoPath explain(NodeTable table, PathRequest request, int slot, Eligibility eligibility) {
    Position position = Position.of(slot, request.hops());
    Remedies remedies = new Remedies(request, position);
    for (int node = 0; node < table.size(); node++) {
      remedies.count(table.at(node), eligibility.all(node));
    }
    return new NoPath(
        slot + 1, position, remedies.considered, remedies.removals(), remedies.words());
  }

  private void count(Candidate candidate, Set<Constraint> broken) {
    if (broken.isEmpty() || broken.contains(Constraint.ROLE)) {
      return;
    }
    considered++;
    removed.merge(broken.iterator().next(), 1, Integer::sum);
    if (broken.size() == 1) {
      near.computeIfAbsent(broken.iterator().next(), _ -> new ArrayList<>()).add(candidate);
    }
    if (fewest == null || broken.size() < fewest.size()) {
      fewest = broken;
    }
  }

  private List<NoPath.Removal> removals() {
    return removed.entrySet().stream()
        .sorted((a, b) -> Integer.compare(b.getValue(), a.getValue()))
        .map(
            it ->
                new NoPath.Removal(
                    it.getKey(), it.getKey().words(request, position), it.getValue()))
        .toList();
  }

  private List<String> words() {
    Set<String> words = new LinkedHashSet<>();
    near.forEach((constraint, nodes) -> words.addAll(remedy(constraint, nodes)));
    if (words.isEmpty() && fewest != null) {
      Set<String> together = new LinkedHashSet<>();
      fewest.forEach(constraint -> together.addAll(remedy(constraint, List.of())));
      words.add(String.join(" together with ", together));
      words.remove("");
    }
    if (position != Position.EXIT) {
      words.add("--hops " + (request.hops() - 1));
    }
    if (words.isEmpty()) {
      words.add(
          "p2pvpn serve --"
              + position.role().name().toLowerCase(java.util.Locale.ROOT)
              + " on another machine");
    }
    return List.copyOf(words);
  }

  /** What lets these nodes in; in general, when none are given. */
  private List<String> remedy(Constraint constraint, List<Candidate> nodes) {
    return switch (constraint) {
      case DENIED -> List.of("a shorter deny list");
      case NOT_ALLOWED -> List.of("a longer allow list");
      case EXIT_NODE -> List.of("another --exit");
      case COUNTRY -> countries(nodes);
      case ADDRESS_FAMILY ->
          List.of(request.destination().ipv6() ? "without IPv6" : "with IPv6 alone");
      case EXIT_POLICY -> List.of("another destination or port");
      case TRUST -> List.of(trust(nodes));
      case LOAD, UNREACHABLE -> List.of("again in a minute");
      case GUARD -> List.of("p2pvpn circuit new --guards");
      case SAME_PREFIX, SAME_OPERATOR, SAME_AS -> List.of("diversity = \"nodes\" if all are yours");
      case ROLE, NODE_TWICE, BESIDE, NEWCOMER -> List.of();
    };
  }

  /** Where most of those that would do are. */
  private List<String> countries(List<Candidate> nodes) {
    Map<String, Integer> counts = new HashMap<>();
    nodes.stream()
        .map(Candidate::country)
        .filter(country -> !country.isEmpty())
        .forEach(country -> counts.merge(country, 1, Integer::sum));
    List<String> best =
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(COUNTRIES_SHOWN)
            .map(it -> "--exit " + it.getKey())
            .toList();
    return best.isEmpty() ? List.of("drop --exit " + request.exitCountry()) : best;
  }

  /** Rounded down, so that it lets the node in. */
  private String trust(List<Candidate> nodes) {
    double best =
        nodes.stream()
            .mapToDouble(it -> it.trust().value())
            .filter(trust -> !Double.isNaN(trust))
            .max()
            .orElse(0);
    double rounded = Math.floor(best * 100) / 100;
    return rounded > 0
        ? String.format(java.util.Locale.ROOT, "--min-trust %.2f", rounded)
        : "drop --min-trust";
  }
}
