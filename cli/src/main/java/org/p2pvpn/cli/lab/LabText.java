package org.p2pvpn.cli.lab;

import java.util.List;
import java.util.Locale;

/** Numbers and signs as a person reads them. */
record LabText(boolean utf8, boolean color) {
  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final String PLAIN_BARS = "_.-=+*#@";

  String sign(boolean good) {
    String sign = utf8 ? good ? "✔" : "✘" : good ? "ok" : "NO";
    return color ? "\u001b[" + (good ? 32 : 31) + "m" + sign + "\u001b[0m" : sign;
  }

  String tunnel() {
    return utf8 ? "══▶" : "==>";
  }

  String wire() {
    return utf8 ? "──▶" : "-->";
  }

  String dot() {
    return utf8 ? "·" : "-";
  }

  /** Heights relative to the highest. */
  String sparkline(List<Double> values) {
    double max = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    StringBuilder line = new StringBuilder();
    String bars = utf8 ? BARS : PLAIN_BARS;
    for (double value : values) {
      int height = max <= 0 ? 0 : (int) Math.round(value / max * (bars.length() - 1));
      line.append(bars.charAt(Math.clamp(height, 0, bars.length() - 1)));
    }
    return line.toString();
  }

  static String rate(double bitsPerSecond) {
    return bitsPerSecond >= 1e9
        ? String.format(Locale.ROOT, "%.2f Gbit/s", bitsPerSecond / 1e9)
        : String.format(Locale.ROOT, "%.0f Mbit/s", bitsPerSecond / 1e6);
  }

  static String millis(long nanos) {
    return nanos < 0 ? "-" : String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
  }

  static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.1f s", millis / 1e3);
  }

  static String list(List<String> texts) {
    return texts.isEmpty() ? "nobody" : String.join(", ", texts);
  }
}
