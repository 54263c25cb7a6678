package org.p2pvpn.overlay.node.config;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Words for an error: what was found, and what was probably meant. */
final class Found {
  private static final int SHOWN_CHARS_MAX = 60;
  private static final int LIST_SHOWN_MAX = 8;

  private Found() {}

  static String describe(Object value) {
    return switch (value) {
      case String text -> quoted(text);
      case ValueRule.FromText(var text) -> quoted(text);
      case TomlArray array when array.isEmpty() -> "an empty list";
      case TomlArray array ->
          cut(
              array.toList().stream()
                  .limit(LIST_SHOWN_MAX)
                  .map(Found::describe)
                  .collect(
                      Collectors.joining(
                          ", ", "[", array.size() > LIST_SHOWN_MAX ? ", ...]" : "]")));
      case TomlTable _ -> "a table";
      default -> cut(String.valueOf(value));
    };
  }

  private static String quoted(String text) {
    // An address line may carry an invite token, wherever it was pasted.
    return text.contains("p2pvpn://") ? "an address line" : "\"" + cut(text) + "\"";
  }

  private static String cut(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .limit(SHOWN_CHARS_MAX)
        .forEach(c -> clean.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return text.contains("p2pvpn://")
        ? "an address line"
        : clean + (text.codePointCount(0, text.length()) > SHOWN_CHARS_MAX ? "..." : "");
  }

  /** {@code ; did you mean "Z"?} or nothing. */
  static String suggestion(String typed, Collection<String> known) {
    String best = nearest(typed, known);
    return best == null ? "" : "; did you mean \"" + best + "\"?";
  }

  private static @Nullable String nearest(String typed, Collection<String> known) {
    String wanted = typed.toLowerCase(Locale.ROOT);
    // One error in three characters is a typing error; more is another word.
    int best = Math.max(1, wanted.length() / 3);
    @Nullable String nearest = null;
    for (String candidate : known) {
      int distance = wanted.length() > 64 ? Integer.MAX_VALUE : editDistance(wanted, candidate);
      if (distance < best || (distance == best && nearest == null)) {
        best = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }

  /** Insertions, deletions, replacements, and swaps of neighbours count one each. */
  static int editDistance(String from, String to) {
    int[][] distance = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          distance[i][j] = i + j;
          continue;
        }
        int replaced = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        int best = Math.min(distance[i - 1][j], distance[i][j - 1]) + 1;
        best = Math.min(best, distance[i - 1][j - 1] + replaced);
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          best = Math.min(best, distance[i - 2][j - 2] + 1);
        }
        distance[i][j] = best;
      }
    }
    return distance[from.length()][to.length()];
  }
}
