package org.p2pvpn.overlay.admin;

import static org.p2pvpn.overlay.admin.TextStyle.clean;
import static org.p2pvpn.overlay.admin.TextStyle.millis;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.p2pvpn.overlay.control.CircuitReport;
import org.p2pvpn.overlay.control.ClassReport;
import org.p2pvpn.overlay.control.PathSwitch;
import org.p2pvpn.overlay.control.StatusReport;
import org.p2pvpn.overlay.control.TraceReport;

/** Paths as text: who is on them, how far away, and what each of them can tell about us. */
final class CircuitText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

  private CircuitText() {}

  static String of(StatusReport report, TextStyle style) {
    boolean none =
        report.circuits().isEmpty()
            && report.routes().stream().allMatch(route -> route.circuits().isEmpty());
    if (none) {
      return "no circuits: "
          + (report.exitState().equals("off")
              ? "no exit is in use; try: p2pvpn up --exit PEER --hops 2\n"
              : "the exit is reached straight; try: p2pvpn up --exit PEER --hops 2\n");
    }
    StringBuilder text = new StringBuilder();
    add(text, "", report.circuits(), report.pathSwitches(), style);
    for (ClassReport route : report.routes()) {
      add(text, clean(route.name()) + ": ", route.circuits(), route.pathSwitches(), style);
    }
    return text.toString();
  }

  private static void add(
      StringBuilder text,
      String name,
      List<CircuitReport> circuits,
      List<PathSwitch> switches,
      TextStyle style) {
    for (CircuitReport circuit : circuits) {
      text.append(name).append(circuit.use()).append(", ");
      text.append(style.state(circuit.state())).append('\n');
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("HOP", "STATE", "NODE", "RTT", "CAN TELL"));
      for (CircuitReport.Hop hop : circuit.hops()) {
        rows.add(
            List.of(
                hop.role(), hop.state(), clean(hop.name()), millis(hop.rttMillis()), hop.knows()));
      }
      text.append(StatusText.table(rows, style)).append('\n');
    }
    for (PathSwitch change : switches) {
      text.append(TIME.format(Instant.ofEpochMilli(change.wallMillis())))
          .append("  ")
          .append(name)
          .append(clean(change.why()))
          .append(
              change.announced()
                  ? ": moved before anything was lost"
                  : ": moved after " + change.silentMillis() + " ms of silence")
          .append('\n');
    }
  }

  /** Every hop's own echo, in the order of the path. */
  static String trace(TraceReport report, TextStyle style) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("HOP", "ROLE", "NODE", "RTT", "ADDS", "CAN TELL"));
    for (TraceReport.Hop hop : report.hops()) {
      rows.add(
          List.of(
              Integer.toString(hop.number()),
              hop.role(),
              clean(hop.name()),
              hop.rttMillis() < 0 ? "no answer" : millis(hop.rttMillis()),
              Double.isNaN(hop.legMillis())
                  ? "-"
                  : String.format(Locale.ROOT, "%+.1f ms", hop.legMillis()),
              hop.knows()));
    }
    return StatusText.table(rows, style);
  }

  /** One path in a line: {@code carol (1.2 ms) > dave (3.4 ms) > bob (5.0 ms)}. */
  static String line(CircuitReport circuit, TextStyle style) {
    List<String> hops = new ArrayList<>();
    for (CircuitReport.Hop hop : circuit.hops()) {
      hops.add(clean(hop.name()) + style.faint(" " + millis(hop.rttMillis())));
    }
    return String.join(" > ", hops)
        + (circuit.use().equals("active") ? "" : style.faint(", " + circuit.use()))
        + (circuit.state().equals("open") ? "" : ", " + style.state(circuit.state()));
  }
}
