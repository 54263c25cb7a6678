package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("rekeys under load")
class RekeyIT {
  private static final int REKEYS = Shell.number("rekeys", 10);
  private static final int EVERY_SECONDS = 1;
  private static final String PORT = "5201";
  private static final Pattern COUNTS = Pattern.compile("sent ([0-9]+) answered ([0-9]+)");

  /** For tests only: {@code EpochLimits.REKEY_AFTER_NANOS} in seconds. */
  private static final Map<String, String> FLAGS =
      Map.of("P2PVPN_JVM_FLAGS", "-Dp2pvpn.rekey.seconds=" + EVERY_SECONDS);

  @Test
  void loseNoPacketInEitherDirection() {
    try (Topology net = Topology.open()) {
      Daemon bob =
          new Daemon(net.bob(), FLAGS, Daemon.command(net.bob(), "up", "--name", "bob")).awaitUp();
      String invite = Topology.invite(bob);
      Daemon alice =
          new Daemon(net.alice(), FLAGS, Daemon.command(net.alice(), "up", invite)).awaitUp();
      long before = alice.counter("handshakes_completed");
      net.bob().start(Namespace.javaCommand(WindowMain.class, "answer", PORT));
      Shell.waitFor("the answerer", () -> net.bob().listens("udp", Integer.parseInt(PORT)));
      // A rekey takes its round trip besides: a few seconds more than the product.
      String seconds = String.valueOf(REKEYS * EVERY_SECONDS + 4);
      String printed =
          net.alice().java(WindowMain.class, "ask", bob.overlayAddress(false), PORT, seconds);
      String where = printed + Losses.of(net.alice(), alice) + Losses.of(net.bob(), bob);
      System.err.println(where);
      assertThat(alice.counter("handshakes_completed") - before).isGreaterThanOrEqualTo(REKEYS);
      Matcher counts = COUNTS.matcher(printed);
      assertThat(counts.find()).as(where).isTrue();
      int sent = Integer.parseInt(counts.group(1));
      assertThat(sent).as(where).isGreaterThan(10_000);
      assertThat(Integer.parseInt(counts.group(2))).as(where).isEqualTo(sent);
    }
  }
}
