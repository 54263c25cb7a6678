package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("under a flood of well-formed initiations from many addresses")
class FloodIT {
  private static final int PER_SECOND = Shell.number("initiations", 20_000);
  private static final Pattern SENT =
      Pattern.compile(
          "sent ([0-9]+) rate ([0-9]+) replies ([0-9]+) largest ([0-9]+) request ([0-9]+)");

  @Test
  void anHonestPeerConnectsWithinTwoSecondsAndNoReplyIsLargerThanItsRequest() throws IOException {
    try (Topology net = Topology.open()) {
      net.mallory().ip("route add local 11.0.0.0/8 dev lo");
      net.router().ip("route add 11.0.0.0/8 via 203.0.5.2");
      Daemon exit = net.startExit();
      String invite = Topology.invite(exit);
      Path log = net.mallory().folder().resolve("flood.log");
      Path stop = net.mallory().folder().resolve("stop");
      Process flooder =
          net.mallory()
              .start(
                  log,
                  Namespace.javaCommand(
                      FlooderMain.class,
                      invite,
                      Topology.EXIT4,
                      String.valueOf(PER_SECOND),
                      stop.toString()));
      Shell.waitFor("it is warm and under load", () -> exit.counter("cookies_sent") > 20_000);

      Daemon bob = new Daemon(net.bob(), "up", "--exit", "exit", invite).awaitUp();
      long listening = bob.awaitLine("listening").nanos();
      long up = bob.awaitLine("stop it: ").nanos();
      assertThat(flooder.isAlive()).as("the flood lasted: " + Files.readString(log)).isTrue();
      System.out.println("FloodIT: honest peer up after " + (up - listening) / 1_000_000 + " ms");
      assertThat(Duration.ofNanos(up - listening)).isLessThan(Duration.ofSeconds(2));
      assertThat(
              net.bob()
                  .run(
                      Map.of(),
                      Duration.ofSeconds(20),
                      "ping",
                      "-q",
                      "-c",
                      "50",
                      "-i",
                      "0.02",
                      Topology.SITE4)
                  .text())
          .contains(" 50 received");

      Files.createFile(stop);
      Shell.waitFor("the flood's end", Duration.ofSeconds(30), () -> !flooder.isAlive(), () -> "");
      String printed = Files.readString(log);
      System.out.println("FloodIT: " + printed.strip().replace('\n', ' '));
      Matcher sent = SENT.matcher(printed);
      assertThat(sent.find()).as(printed).isTrue();
      long replies = Long.parseLong(sent.group(3));
      assertThat(replies).isPositive().isLessThanOrEqualTo(Long.parseLong(sent.group(1)));
      assertThat(Integer.parseInt(sent.group(4)))
          .as("the largest reply")
          .isLessThanOrEqualTo(Integer.parseInt(sent.group(5)));
    }
  }
}
