package org.p2pvpn.overlay.node.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.NetworkKey;
import org.tomlj.TomlArray;

/** What a setting's value may be. A value is a TOML value, or the text of a flag or variable. */
sealed interface ValueRule {
  /** Ours: no list of ours has a use for more. */
  int LIST_MAX = 1024;

  /** The value as this setting has it, or null when it is not acceptable. */
  @Nullable Object read(Object value);

  /** Behind the word "expected". */
  String expected();

  /** What is said of a value that is not acceptable. */
  default String refusal(Object value) {
    String typed =
        switch (value) {
          case String text -> text;
          case FromText(var text) -> text;
          default -> "";
        };
    return this instanceof Secret
        ? "expected " + expected() + "; what stands there is not shown"
        : "expected %s, found %s%s"
            .formatted(expected(), Found.describe(value), Found.suggestion(typed, choices()));
  }

  /** Words to correct a typing error with. */
  default List<String> choices() {
    return List.of();
  }

  record Text(String expected, Predicate<String> accepts) implements ValueRule {
    @Override
    public @Nullable Object read(Object value) {
      return value instanceof String text && accepts.test(text) ? text : null;
    }
  }

  /** A network key. What is found in its place may be one mistyped, and is not shown. */
  record Secret() implements ValueRule {
    @Override
    public String expected() {
      return NetworkKey.CHARS + " letters, digits, \"-\" or \"_\", as p2pvpn invite prints them";
    }

    @Override
    public @Nullable Object read(Object value) {
      try {
        return value instanceof String text ? NetworkKey.parse(text) : null;
      } catch (IllegalArgumentException _) {
        return null;
      }
    }
  }

  record Whole(int min, int max, String expected) implements ValueRule {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    @Override
    public @Nullable Object read(Object value) {
      long number =
          switch (value) {
            case Long written -> written;
            case FromText(var text) when DIGITS.matcher(text).matches() -> Long.parseLong(text);
            default -> -1;
          };
      return number >= min && number <= max ? Integer.valueOf((int) number) : null;
    }
  }

  record Flag() implements ValueRule {
    @Override
    public String expected() {
      return "true or false";
    }

    @Override
    public @Nullable Object read(Object value) {
      return switch (value) {
        case Boolean flag -> flag;
        case FromText(var text) when text.equals("true") || text.equals("1") -> true;
        case FromText(var text) when text.equals("false") || text.equals("0") -> false;
        default -> null;
      };
    }
  }

  record Choice(List<String> choices) implements ValueRule {
    @Override
    public String expected() {
      return "one of \"" + String.join("\", \"", choices) + "\"";
    }

    @Override
    public @Nullable Object read(Object value) {
      return value instanceof String text && choices.contains(text) ? text : null;
    }
  }

  record Length() implements ValueRule {
    private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,6})(ms|s|m|h|d)");

    @Override
    public String expected() {
      return "a duration such as \"30s\", \"5m\" or \"1h\"";
    }

    @Override
    public @Nullable Object read(Object value) {
      Matcher matcher = SYNTAX.matcher(value instanceof String text ? text : "");
      if (!matcher.matches()) {
        return null;
      }
      long count = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(count);
        case "s" -> Duration.ofSeconds(count);
        case "m" -> Duration.ofMinutes(count);
        case "h" -> Duration.ofHours(count);
        default -> Duration.ofDays(count);
      };
    }
  }

  /** A number and a unit of bits: "MB/s" and "mbps" mean bytes to one and bits to another. */
  record Bandwidth() implements ValueRule {
    private static final Pattern SYNTAX =
        Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,3})?) ?([kMG])bit/s");

    @Override
    public String expected() {
      return "a bandwidth such as \"100 Mbit/s\" (64 kbit/s to 1000 Gbit/s) or \"unlimited\"";
    }

    @Override
    public @Nullable Object read(Object value) {
      if (!(value instanceof String text)) {
        return null;
      }
      if (text.equals("unlimited")) {
        return BitRate.UNLIMITED;
      }
      Matcher matcher = SYNTAX.matcher(text);
      if (!matcher.matches()) {
        return null;
      }
      int zeros = 3 * ("kMG".indexOf(matcher.group(2)) + 1);
      return BitRate.of(new BigDecimal(matcher.group(1)).scaleByPowerOfTen(zeros));
    }
  }

  record ListOf(ValueRule element) implements ValueRule {
    @Override
    public String expected() {
      return "a list, each " + element.expected();
    }

    @Override
    public @Nullable Object read(Object value) {
      List<Object> raw =
          switch (value) {
            case TomlArray array -> array.toList();
            case FromText(var text) when text.isBlank() -> List.of();
            case FromText(var text) -> List.copyOf(FromText.split(text));
            default -> List.of(value);
          };
      List<Object> read = new ArrayList<>();
      for (Object one : raw) {
        Object accepted = FromText.orText(element, one);
        if (accepted == null || read.size() == LIST_MAX) {
          return null;
        }
        read.add(accepted);
      }
      return List.copyOf(read);
    }
  }

  /** A value typed as a flag or variable, where numbers and lists have no syntax of their own. */
  record FromText(String text) {
    static List<FromText> split(String text) {
      List<FromText> parts = new ArrayList<>();
      for (String part : text.split(",", -1)) {
        parts.add(new FromText(part.strip()));
      }
      return parts;
    }

    /** Rules for strings see the string itself. */
    static @Nullable Object orText(ValueRule rule, Object value) {
      Object accepted = rule.read(value);
      return accepted == null && value instanceof FromText(var text) ? rule.read(text) : accepted;
    }
  }
}
