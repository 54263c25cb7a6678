package org.p2pvpn.overlay.score;

import java.util.List;
import java.util.stream.Collectors;

/**
 * No node fits. The kill switch stays closed; this tells the user why and what would help.
 *
 * @param hop from 1: where the search ended
 * @param considered nodes that offer the role at all
 * @param removals how many of them each constraint removed, the largest first
 * @param remedies each alone would help, as the user would type it
 */
public record NoPath(
    int hop, Position position, int considered, List<Removal> removals, List<String> remedies)
    implements Choice {
  /** Ours: a sentence, not a table; the rest is in the explanation's refusals. */
  private static final int REMOVALS_SHOWN = 3;

  public NoPath {
    removals = List.copyOf(removals);
    remedies = List.copyOf(remedies);
  }

  /**
   * How many nodes a constraint was the first to remove.
   *
   * @param words what the user said or would say
   */
  public record Removal(Constraint constraint, String words, int count) {}

  /** {@code --exit SE removed 14 of 15; try: --exit NO or drop --min-trust}. */
  public String text() {
    return "no %s for hop %d: %s%s"
        .formatted(
            position,
            hop,
            considered == 0
                ? "no other node offers it"
                : removals.stream()
                    .limit(REMOVALS_SHOWN)
                    .map(it -> "%s removed %d of %d".formatted(it.words(), it.count(), considered))
                    .collect(Collectors.joining(", ")),
            remedies.isEmpty() ? "" : "; try: " + String.join(" or ", remedies));
  }
}
