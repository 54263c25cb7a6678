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

  /** Of each source two a second are asked for a cookie: two seconds of the flood. */
  private static final int WARM_COOKIES = 4_000;

  private static final int PORT = 28790;
  private static final int CLOSED_PORT = 28791;

  /** What is promised, of several rounds. */
  private static final double SHARE_MIN = 0.85;

  /** One round on a busy machine: that it goes on at all. */
  private static final double SHARE_MIN_ONCE = 0.1;

  private static final Pattern SENT =
      Pattern.compile(
          "sent ([0-9]+) rate ([0-9]+) replies ([0-9]+) largest ([0-9]+) request ([0-9]+)");

  @Test
  void anHonestPeerConnectsWithinTwoSecondsAndNoReplyIsLargerThanItsRequest() throws IOException {
    try (Topology net = Topology.open()) {
      routeTheFlood(net);
      Daemon exit = net.startExit();
      String invite = Topology.invite(exit);
      Path log = net.mallory().folder().resolve("flood.log");
      Path stop = net.mallory().folder().resolve("stop");
      Process flooder = flood(net, invite, log, stop, PORT);
      Shell.waitFor("it is warm and under load", () -> exit.counter("cookies_sent") > WARM_COOKIES);

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

  /**
   * What the packets of the flood cost the machine they come to is not ours to save; what we do
   * with them is. {@code -Dp2pvpn.it.rounds=5 -Dp2pvpn.it.seconds=10} for figures, see
   * benchmarks/results/flood.md.
   */
  @Test
  void costsLittleMoreThanTheSameFloodIntoAClosedPort() throws IOException {
    Shell.needs("iperf3");
    try (Topology net = Topology.open()) {
      routeTheFlood(net);
      Daemon exit = net.startExit();
      String invite = Topology.invite(exit);
      new Daemon(net.alice(), "up", "--exit", "exit", invite).awaitUp();
      Goodput goodput = new Goodput(net.alice(), net.site(), Topology.SITE4);
      for (int round = 0; round < Goodput.ROUNDS; round++) {
        goodput.add("no flood");
        for (int port : new int[] {CLOSED_PORT, PORT}) {
          Path log = net.mallory().folder().resolve("flood" + port);
          Path stop = net.mallory().folder().resolve("stop" + port);
          Files.deleteIfExists(stop);
          Process flooder = flood(net, invite, log, stop, port);
          Shell.waitFor("the flood", () -> has(log, "flooding"));
          Shell.pause(1000);
          goodput.add(port == PORT ? "flood" : "flood into a closed port");
          Files.createFile(stop);
          Shell.waitFor("its end", Duration.ofSeconds(30), () -> !flooder.isAlive(), () -> "");
          System.out.println(
              "FloodIT: port " + port + ": " + Files.readString(log).strip().replace('\n', ' '));
        }
      }
      System.out.println("FloodIT: " + Losses.of(net.exit(), exit));
      goodput.ratio("FloodIT", "flood", "no flood");
      double ratio = goodput.ratio("FloodIT", "flood", "flood into a closed port");
      assertThat(ratio).isGreaterThan(Goodput.ROUNDS >= 5 ? SHARE_MIN : SHARE_MIN_ONCE);
    }
  }

  private static boolean has(Path log, String text) {
    try {
      return Files.readString(log).contains(text);
    } catch (IOException _) {
      return false;
    }
  }

  private static void routeTheFlood(Topology net) {
    net.mallory().ip("route add local 11.0.0.0/8 dev lo");
    net.router().ip("route add 11.0.0.0/8 via 203.0.5.2");
  }

  private static Process flood(Topology net, String invite, Path log, Path stop, int port) {
    return net.mallory()
        .start(
            log,
            Namespace.javaCommand(
                FlooderMain.class,
                invite,
                Topology.EXIT4,
                String.valueOf(PER_SECOND),
                stop.toString(),
                String.valueOf(port)));
  }
}
