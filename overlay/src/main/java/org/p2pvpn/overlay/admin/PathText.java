package org.p2pvpn.overlay.admin;

import static org.p2pvpn.overlay.admin.TextStyle.clean;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.p2pvpn.overlay.control.ExitReport;
import org.p2pvpn.overlay.control.PathReport;

/** How a path was chosen, hop by hop, and which exits there are. */
final class PathText {
  private PathText() {}

  /** All classes of traffic that have paths; their names only when there are several. */
  static String of(List<PathReport> reports, TextStyle style) {
    StringBuilder text = new StringBuilder();
    for (PathReport report : reports) {
      boolean sole = reports.size() == 1 && report.traffic().equals("default");
      add(text, sole ? "" : clean(report.traffic()) + ": ", report, style);
    }
    return text.append('\n')
        .append(style.faint("score = sum(weight x value) / sum(weight); all figures: --json"))
        .append('\n')
        .toString();
  }

  private static void add(StringBuilder text, String name, PathReport report, TextStyle style) {
    text.append(text.isEmpty() ? "" : "\n")
        .append(name)
        .append(report.hops())
        .append(report.hops() == 1 ? " hop" : " hops")
        .append(report.exit().isEmpty() ? ", any exit" : ", exit " + clean(report.exit()))
        .append(report.minimumTrust() > 0 ? format(", trust of %.2g", report.minimumTrust()) : "")
        .append('\n');
    if (!report.trouble().isEmpty()) {
      text.append(style.warn(clean(report.trouble()))).append('\n');
    }
    for (PathReport.Hop hop : report.draws()) {
      text.append('\n').append("hop ").append(hop.number()).append(", ").append(hop.position());
      text.append(": ").append(style.good(clean(hop.drawn())));
      text.append(hop.explored() ? ", drawn to find out about it" : "").append('\n');
      text.append(StatusText.table(options(hop), style));
      for (PathReport.Refusal refusal : hop.refusals()) {
        text.append(style.faint("not " + clean(refusal.node()) + ": " + clean(refusal.why())));
        text.append('\n');
      }
    }
  }

  private static List<List<String>> options(PathReport.Hop hop) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("NODE", "SCORE", "CHANCE"));
    if (!hop.options().isEmpty()) {
      for (PathReport.Addend term : hop.options().getFirst().terms()) {
        if (term.weight() > 0) {
          head.add(term.term().toUpperCase(Locale.ROOT) + format(" x %.2f", term.weight()));
        }
      }
    }
    rows.add(head);
    for (PathReport.Option option : hop.options()) {
      List<String> row = new ArrayList<>();
      row.add(clean(option.node()));
      row.add(format("%.3f", option.score()));
      row.add(format("%.0f %%", 100 * option.probability()));
      for (PathReport.Addend term : option.terms()) {
        if (term.weight() > 0) {
          row.add(
              format("%.2f ", term.value())
                  + (Double.isNaN(term.figure())
                      ? "unknown"
                      : term.origin() + format(" %.4g", term.figure()) + suffix(term.unit())));
        }
      }
      rows.add(row);
    }
    return rows;
  }

  private static String suffix(String unit) {
    return unit.isEmpty() ? "" : " " + unit;
  }

  private static String format(String pattern, double number) {
    return String.format(Locale.ROOT, pattern, number);
  }

  private static String inUse(ExitReport exit) {
    if (exit.usedBy().equals(List.of("default"))) {
      return "yes";
    }
    return exit.inUse() ? clean(String.join(", ", exit.usedBy())) : "-";
  }

  static String exits(List<ExitReport> exits, TextStyle style) {
    if (exits.isEmpty()) {
      return "no exits known; a peer becomes one by: p2pvpn serve --exit\n";
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("EXIT", "IN USE", "COUNTRY", "CARRIES", "RTT", "LOAD", "KNOWN BY"));
    for (ExitReport exit : exits) {
      rows.add(
          List.of(
              clean(exit.name()),
              inUse(exit),
              exit.country().isEmpty() ? "-" : exit.country() + " (" + exit.countryOrigin() + ")",
              exit.ipv6() ? "IPv4, IPv6" : "IPv4",
              TextStyle.millis(exit.rttMillis()),
              format("%.0f %%", 100 * exit.load()),
              exit.origin()));
    }
    return StatusText.table(rows, style);
  }
}
