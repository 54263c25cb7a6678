package org.p2pvpn.overlay.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.control.TraceReport;

final class CircuitTextTest {
  private static final TextStyle PLAIN = new TextStyle(false, 200);

  @Test
  void aTraceSaysWhatEachHopAdds() {
    TraceReport report =
        new TraceReport(
            List.of(
                new TraceReport.Hop(1, "carol", "aa", "guard", 10.0, 10.0, "you"),
                new TraceReport.Hop(2, "da\u001bve", "bb", "relay", -1, Double.NaN, "neighbours"),
                new TraceReport.Hop(3, "bob", "cc", "exit", 25.5, Double.NaN, "where you go")));
    assertThat(CircuitText.trace(report, PLAIN).lines())
        .containsExactly(
            "HOP  ROLE   NODE   RTT        ADDS      CAN TELL",
            "1    guard  carol  10.0 ms    +10.0 ms  you",
            "2    relay  da?ve  no answer  -         neighbours",
            "3    exit   bob    25.5 ms    -         where you go");
  }
}
