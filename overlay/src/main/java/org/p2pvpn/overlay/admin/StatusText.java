package org.p2pvpn.overlay.admin;

import static org.p2pvpn.overlay.admin.TextStyle.age;
import static org.p2pvpn.overlay.admin.TextStyle.bytes;
import static org.p2pvpn.overlay.admin.TextStyle.clean;
import static org.p2pvpn.overlay.admin.TextStyle.millis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.p2pvpn.overlay.control.CircuitReport;
import org.p2pvpn.overlay.control.ClassReport;
import org.p2pvpn.overlay.control.FormerExit;
import org.p2pvpn.overlay.control.PeerReport;
import org.p2pvpn.overlay.control.StatusReport;

/** What {@code p2pvpn status} and {@code p2pvpn peers} show to people. */
final class StatusText {
  private static final int LABEL_COLUMNS = 12;
  private static final int SHORT_ID_CHARS = 8;

  /** What others tried and did not get; each has its own counter in the JSON. */
  private static final List<String> REFUSALS =
      List.of(
          "kad_questions_over_rate",
          "kad_answers_unasked",
          "kad_answers_name_asker",
          "kad_answers_too_long",
          "kad_answers_false",
          "kad_adverts_unproven",
          "kad_probes_withheld",
          "kad_bucket_prefix_full",
          "kad_table_prefix_full",
          "kad_records_refused");

  private StatusText() {}

  static String status(StatusReport report, TextStyle style) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "state",
        style.state(report.state()) + style.faint(", for " + age(report.uptimeSeconds())));
    line(text, "node", clean(report.name()) + "  " + style.faint(shortId(report.nodeId())));
    line(text, "interface", report.interfaceName() + ", mtu " + report.mtuBytes());
    line(text, "addresses", String.join("  ", report.overlayAddresses()));
    line(text, "listen", report.listen());
    line(text, "exit", exit(report, style));
    if (!report.leaseAddresses().isEmpty()) {
      line(text, "lease", String.join("  ", report.leaseAddresses()));
    }
    for (CircuitReport circuit : report.circuits()) {
      line(text, "path", CircuitText.line(circuit, style));
      if (circuit.use().equals("active")) {
        for (CircuitReport.Hop hop : circuit.hops()) {
          line(text, "", clean(hop.name()) + " can tell " + hop.knows());
        }
      }
    }
    former(text, "former exit", report.formerExits());
    for (ClassReport route : report.routes()) {
      route(text, route, style);
    }
    if (report.relayedCircuits() > 0) {
      line(text, "relaying", report.relayedCircuits() + " circuits of others");
    }
    line(text, "kill switch", killSwitch(report));
    if (report.servesExit()) {
      line(text, "serving", "exit for others, " + report.exitClients() + " connected");
    }
    if (report.counters().containsKey("kad_nodes")) {
      line(text, "network", network(report.counters()));
    }
    for (String warning : report.warnings()) {
      line(text, "warning", style.warn(clean(warning)));
    }
    text.append('\n').append(peers(report.peers(), style));
    return text.toString();
  }

  private static String killSwitch(StatusReport report) {
    if (report.killSwitch()) {
      return "closed: only the tunnel passes";
    }
    return report.routes().isEmpty() ? "off" : "closed for what rules cover";
  }

  private static void route(StringBuilder text, ClassReport route, TextStyle style) {
    String matches = String.join("; ", route.matches());
    line(
        text,
        "route",
        (route.name().equals(matches) ? "" : clean(route.name()) + ": ")
            + clean(matches)
            + " => "
            + clean(route.exitName().isEmpty() ? route.exit() : route.exitName())
            + ", "
            + style.state(route.state())
            + style.faint("  " + String.join("  ", route.leaseAddresses())));
    for (CircuitReport circuit : route.circuits()) {
      line(text, "  path", CircuitText.line(circuit, style));
    }
    former(text, "  former", route.formerExits());
  }

  private static void former(StringBuilder text, String label, List<FormerExit> exits) {
    for (FormerExit exit : exits) {
      line(
          text,
          label,
          clean(exit.exitName())
              + ", for older connections; left "
              + age(exit.leftSecondsAgo())
              + " ago");
    }
  }

  private static String network(Map<String, Long> counters) {
    long refreshed = counters.getOrDefault("kad_refreshed_seconds_ago", -1L);
    long refused = 0;
    for (String kind : REFUSALS) {
      refused += counters.getOrDefault(kind, 0L);
    }
    return "%d nodes in %d buckets, %s; %d lookups, %d failed; %d refused"
        .formatted(
            counters.getOrDefault("kad_nodes", 0L),
            counters.getOrDefault("kad_buckets", 0L),
            refreshed < 0 ? "not joined yet" : "refreshed " + age(refreshed) + " ago",
            counters.getOrDefault("kad_lookups", 0L),
            counters.getOrDefault("kad_lookups_failed", 0L),
            refused);
  }

  private static String exit(StatusReport report, TextStyle style) {
    if (report.exitState().equals("off")) {
      return "off: this host's other traffic is not touched";
    }
    return shortId(report.exitNode()) + ", " + style.state(report.exitState());
  }

  static String peers(List<PeerReport> peers, TextStyle style) {
    if (peers.isEmpty()) {
      return "no peers; let one in: p2pvpn invite\n";
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "PEER", "STATE", "ENDPOINT", "ADDRESS", "RTT", "HANDSHAKE", "SENT", "RECEIVED", "MTU"));
    for (PeerReport peer : peers) {
      rows.add(
          List.of(
              clean(peer.name()) + (peer.role().equals("exit") ? " (exit)" : ""),
              peer.state(),
              place(peer),
              peer.overlayAddresses().isEmpty() ? "-" : peer.overlayAddresses().getLast(),
              millis(peer.rttMillis()),
              age(peer.handshakeAgeSeconds()),
              bytes(peer.sentBytes()),
              bytes(peer.receivedBytes()),
              peer.pathMtuBytes() == 0 ? "-" : String.valueOf(peer.pathMtuBytes())));
    }
    return table(rows, style);
  }

  /** Where it is, or through whom we talk with it. */
  private static String place(PeerReport peer) {
    if (peer.reach().equals("relayed")) {
      return NetcheckText.reached(peer);
    }
    return peer.endpoint().isEmpty() ? "-" : peer.endpoint();
  }

  static String table(List<List<String>> rows, TextStyle style) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    // On a narrow terminal the last columns go: what stays is not wrapped.
    int shown = 0;
    for (int used = 0; shown < columns && used + widths[shown] <= style.width(); shown++) {
      used += widths[shown] + 2;
    }
    StringBuilder text = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < Math.max(1, shown); i++) {
        String cell = rows.get(r).get(i);
        String padded = cell + " ".repeat(i + 1 == shown ? 0 : widths[i] - cell.length() + 2);
        row.append(r > 0 && i == 1 ? padded.replace(cell, style.state(cell)) : padded);
      }
      text.append(r == 0 ? style.faint(row.toString()) : row.toString()).append('\n');
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String label, String value) {
    text.append(label).append(" ".repeat(LABEL_COLUMNS - label.length())).append(' ');
    text.append(value).append('\n');
  }

  private static String shortId(String nodeId) {
    return nodeId.length() <= SHORT_ID_CHARS + 2
        ? nodeId
        : nodeId.substring(0, SHORT_ID_CHARS) + ".." + nodeId.substring(nodeId.length() - 2);
  }
}
