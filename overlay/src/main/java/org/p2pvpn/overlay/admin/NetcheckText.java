package org.p2pvpn.overlay.admin;

import static org.p2pvpn.overlay.admin.TextStyle.clean;
import static org.p2pvpn.overlay.admin.TextStyle.millis;

import java.util.ArrayList;
import java.util.List;
import org.p2pvpn.overlay.control.NetcheckReport;
import org.p2pvpn.overlay.control.PeerReport;

/** What {@code p2pvpn netcheck} shows to people. */
final class NetcheckText {
  private NetcheckText() {}

  static String of(NetcheckReport report, TextStyle style) {
    StringBuilder text = new StringBuilder();
    text.append("udp    port %d, %s\n".formatted(report.udpPort(), udp(report.udp(), style)));
    for (NetcheckReport.Family family : report.families()) {
      text.append('\n').append(family.name()).append("   ").append(state(family, style));
      text.append('\n');
      if (family.state().equals("absent") && family.reports().isEmpty()) {
        continue;
      }
      line(text, "nat", family.natMeaning());
      line(text, "own", orNone(String.join("  ", family.ownEndpoints())));
      line(text, "seen at", orNone(family.observed()));
      for (NetcheckReport.Seen seen : family.reports()) {
        boolean agrees = seen.endpoint().equals(family.observed());
        String endpoint = agrees ? seen.endpoint() : style.warn(seen.endpoint());
        line(text, "", endpoint + style.faint("  says " + clean(seen.peer())));
      }
    }
    text.append('\n').append(peers(report.peers(), style));
    return text.toString();
  }

  private static String udp(String udp, TextStyle style) {
    return switch (udp) {
      case "works" -> style.good("works");
      case "silent" -> style.bad("nothing comes in") + ": a firewall, or nobody is there";
      default -> style.warn("not known") + ": no peer is called";
    };
  }

  private static String state(NetcheckReport.Family family, TextStyle style) {
    return switch (family.state()) {
      case "works" -> style.good("works");
      case "present" -> style.warn("this host has an address, no peer is connected by it");
      default -> "none: this host has no address of it";
    };
  }

  private static String peers(List<PeerReport> peers, TextStyle style) {
    if (peers.isEmpty()) {
      return "no peers, so nobody can say where this node is seen; let one in: p2pvpn invite\n";
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("PEER", "STATE", "REACHED", "RTT", "WHY"));
    for (PeerReport peer : peers) {
      rows.add(
          List.of(
              clean(peer.name()),
              peer.state(),
              reached(peer),
              millis(peer.rttMillis()),
              peer.why().isEmpty() ? "-" : clean(peer.why())));
    }
    return StatusText.table(rows, style);
  }

  /** In a word or three: {@code direct}, {@code by carol}, {@code -}. */
  static String reached(PeerReport peer) {
    return switch (peer.reach()) {
      case "direct" -> "direct";
      case "relayed" -> "by " + clean(peer.relay());
      default -> "-";
    };
  }

  private static String orNone(String text) {
    return text.isEmpty() ? "-" : text;
  }

  private static void line(StringBuilder text, String label, String value) {
    text.append("  ").append(label).append(" ".repeat(9 - label.length()));
    text.append(value).append('\n');
  }
}
