package org.p2pvpn.overlay.admin;

import java.util.Locale;

/**
 * How the client's terminal wants its text.
 *
 * @param width in columns
 */
record TextStyle(boolean color, int width) {
  private static final long KILO = 1000;

  String good(String text) {
    return paint("32", text);
  }

  String warn(String text) {
    return paint("33", text);
  }

  String bad(String text) {
    return paint("31", text);
  }

  String faint(String text) {
    return paint("2", text);
  }

  /** A node's or link's state in its colour. */
  String state(String state) {
    return switch (state) {
      case "up", "connected" -> good(state);
      case "connecting", "degraded", "idle" -> warn(state);
      case "blocked", "unreachable", "refused" -> bad(state);
      default -> state;
    };
  }

  private String paint(String code, String text) {
    return color ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  /** Names come from peers: nothing that could steer a terminal passes. */
  static String clean(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  static String bytes(long count) {
    String[] units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    double value = count;
    int unit = 0;
    while (value >= KILO && unit < units.length - 1) {
      value /= KILO;
      unit++;
    }
    return unit == 0
        ? count + " B"
        : String.format(Locale.ROOT, value < 10 ? "%.2f %s" : "%.1f %s", value, units[unit]);
  }

  static String age(long seconds) {
    if (seconds < 0) {
      return "never";
    }
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 7200) {
      return seconds / 60 + " min";
    }
    return seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
  }

  static String millis(double millis) {
    return millis < 0
        ? "-"
        : String.format(Locale.ROOT, millis < 10 ? "%.2f ms" : "%.1f ms", millis);
  }
}
