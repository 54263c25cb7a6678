package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.session.EpochLimits;
import tools.jackson.databind.JsonNode;

@DisplayName("a live session under forged datagrams")
class ForgeryIT {
  private static final int DATAGRAMS = Shell.number("forgeries", 200_000);
  private static final int PER_SECOND = 40_000;
  private static final String PORT = "28790";

  /** Ours: what leaves a sender on the same two cores some time; see the results. */
  private static final int GOODPUT_PER_SECOND = Shell.number("forgedpersecond", 5_000);

  private static final double SHARE_MIN_ONCE = 0.4;
  private static final long SEED = Shell.number("seed", (int) (System.nanoTime() & 0xffff));

  @Test
  void deliversNoneCountsThemChangesNothingAndGoesOn() {
    Shell.needs("tcpdump");
    System.out.println(
        "ForgeryIT: -Dp2pvpn.it.seed=%d -Dp2pvpn.it.forgeries=%d".formatted(SEED, DATAGRAMS));
    try (Topology net = Topology.open()) {
      Daemon bob = new Daemon(net.bob(), "up", "--name", "bob").awaitUp();
      // IPv4 only, so that the capture has one shape.
      String invite = Topology.invite(bob).replaceFirst(",\\[[^\\]]*\\]:[0-9]+", "");
      long began = System.nanoTime();
      Daemon alice = new Daemon(net.alice(), "up", invite).awaitUp();
      Path capture = capture(net, bob);

      long shookHands = bob.counter("handshakes_completed");
      JsonNode before = bob.status();
      long madeBefore = alice.counter("handshakes_completed") - bob.counter("handshakes_completed");
      long dropsBefore = bob.drops();
      long writtenBefore = bob.counter("tun_write_packets");
      forge(net, capture);
      Shell.waitFor(
          "the drops are counted", () -> bob.drops() - dropsBefore > DATAGRAMS * 95L / 100);
      assertThat(bob.counter("tun_write_packets") - writtenBefore).as("delivered").isZero();
      for (String kind : List.of("replayed", "forged", "too_short", "unknown_index")) {
        assertThat(bob.counter("drop_" + kind)).as("drop_" + kind).isPositive();
      }
      JsonNode after = bob.status();
      assertThat(stateOf(after)).isEqualTo(stateOf(before));

      goesOnMeanwhile(net, bob, capture);
      assertThat(alice.state()).isEqualTo("up");
      // In ten million's time keys are renewed: as often as their age says, and by both.
      long rekeys = (System.nanoTime() - began) / EpochLimits.REKEY_AFTER_NANOS;
      assertThat(bob.counter("handshakes_completed") - shookHands).isLessThanOrEqualTo(rekeys);
      Shell.waitFor(
          "a handshake of the one is one of the other",
          () ->
              alice.counter("handshakes_completed") - bob.counter("handshakes_completed")
                  == madeBefore);
      assertThat(stateOf(bob.status())).isEqualTo(stateOf(before));
    }
  }

  /** {@code -Dp2pvpn.it.rounds=5 -Dp2pvpn.it.seconds=10} for figures. */
  @Test
  void theirSessionCarriesWhatItCarriedWithoutThem() {
    Shell.needs("tcpdump", "iperf3");
    try (Topology net = Topology.open()) {
      Daemon bob = new Daemon(net.bob(), "up", "--name", "bob").awaitUp();
      String invite = Topology.invite(bob).replaceFirst(",\\[[^\\]]*\\]:[0-9]+", "");
      new Daemon(net.alice(), "up", invite).awaitUp();
      Path capture = capture(net, bob);
      Goodput goodput = new Goodput(net.alice(), net.bob(), bob.overlayAddress(false));
      for (int round = 0; round < Goodput.ROUNDS; round++) {
        goodput.add("no forgeries");
        for (String port : List.of("28791", PORT)) {
          long dropsBefore = bob.drops();
          long began = System.nanoTime();
          Process forger = startForger(net, capture, port, GOODPUT_PER_SECOND);
          Shell.pause(1500); // a JVM starts
          goodput.add(port.equals(PORT) ? "forgeries" : "forgeries into a closed port");
          forger.destroyForcibly();
          System.out.printf(
              "ForgeryIT: port %s: %.0f drops a second%n",
              port, (bob.drops() - dropsBefore) * 1e9 / (System.nanoTime() - began));
        }
      }
      double ratio = goodput.ratio("ForgeryIT", "forgeries", "no forgeries");
      double ours = goodput.ratio("ForgeryIT", "forgeries", "forgeries into a closed port");
      assertThat(ratio).isGreaterThan(SHARE_MIN_ONCE);
      assertThat(ours).isGreaterThan(SHARE_MIN_ONCE);
    }
  }

  private static Process startForger(Topology net, Path capture, String port, int perSecond) {
    return net.router()
        .start(
            Namespace.javaCommand(
                ForgerMain.class,
                capture.toString(),
                "203.0.4.2",
                port,
                String.valueOf(100_000_000),
                String.valueOf(perSecond),
                String.valueOf(SEED + 1)));
  }

  /** A thousand of the session's own datagrams, as a router on the way sees them. */
  private static Path capture(Topology net, Daemon bob) {
    Path capture = net.folder().resolve("session.pcap");
    Process tcpdump =
        net.router()
            .start(
                "tcpdump",
                "-i",
                "alice",
                "-Q",
                "in",
                "-U",
                "--immediate-mode",
                "-w",
                capture.toString(),
                "udp and dst port 28790");
    Shell.waitFor("a capture", () -> Files.exists(capture));
    String address = bob.overlayAddress(false);
    Shell.waitFor(
        "the capture holds datagrams",
        () -> {
          net.alice()
              .sh(
                  "ping -q -c 20 -i 0.01 -s 100 "
                      + address
                      + "; ping -q -c 20 -i 0.01 -s 1200 "
                      + address);
          return capture.toFile().length() > 100_000;
        });
    tcpdump.destroy();
    Shell.waitFor("tcpdump ended", () -> !tcpdump.isAlive());
    return capture;
  }

  /** From an address of the router's: a replay must not move the session there either. */
  private static void forge(Topology net, Path capture) {
    net.router()
        .java(
            ForgerMain.class,
            capture.toString(),
            "203.0.4.2",
            "28790",
            String.valueOf(DATAGRAMS),
            String.valueOf(PER_SECOND),
            String.valueOf(SEED));
  }

  private static void goesOnMeanwhile(Topology net, Daemon bob, Path capture) {
    Process forger = startForger(net, capture, PORT, PER_SECOND / 4);
    long dropsBefore = bob.drops();
    Shell.waitFor("forgeries arrive", () -> bob.drops() > dropsBefore);
    String pings = net.alice().sh("ping -q -c 300 -i 0.01 -W 2 " + bob.overlayAddress(true));
    assertThat(forger.isAlive()).as("the forger was at work to the end").isTrue();
    assertThat(pings).contains(" 300 received");
    forger.destroyForcibly();
  }

  /** What a forgery could change; ages, counters and bytes go on by themselves. */
  private static Map<String, String> stateOf(JsonNode status) {
    JsonNode peer = status.path("peers").path(0);
    return Map.of(
        "peers", String.valueOf(status.path("peers").size()),
        "endpoint", peer.path("endpoint").asString(),
        "state", peer.path("state").asString(),
        "roamed", status.path("counters").path("roamed").asString());
  }
}
