package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

@DisplayName("rekeys under load")
class RekeyIT {
  private static final int REKEYS = Shell.number("rekeys", 10);
  private static final int EVERY_SECONDS = 2;

  /** For tests only: {@code EpochLimits.REKEY_AFTER_NANOS} in seconds. */
  private static final Map<String, String> FLAGS =
      Map.of("P2PVPN_JVM_FLAGS", "-Dp2pvpn.rekey.seconds=" + EVERY_SECONDS);

  @Test
  void loseNoPacketInEitherDirection() {
    Shell.needs("iperf3");
    try (Topology net = Topology.open()) {
      Daemon bob =
          new Daemon(net.bob(), FLAGS, Daemon.command(net.bob(), "up", "--name", "bob")).awaitUp();
      String invite = Topology.invite(bob);
      Daemon alice =
          new Daemon(net.alice(), FLAGS, Daemon.command(net.alice(), "up", invite)).awaitUp();
      long before = alice.counter("handshakes_completed");
      new Services(net.bob()).iperfOnce(5201);
      // A rekey takes its round trip besides: a few seconds more than the product.
      String printed =
          net.alice()
              .sh(
                  "iperf3 -J --bidir -u -b 20M -l 1200 -t %d -c %s"
                      .formatted(REKEYS * EVERY_SECONDS + 4, bob.overlayAddress(false)));
      JsonNode end = new ObjectMapper().readTree(printed).path("end");
      assertThat(alice.counter("handshakes_completed") - before).isGreaterThanOrEqualTo(REKEYS);
      for (JsonNode stream : end.path("streams")) {
        assertThat(stream.path("udp").path("packets").asLong()).isGreaterThan(10_000);
        assertThat(stream.path("udp").path("lost_packets").asLong()).as("lost: " + stream).isZero();
      }
    }
  }
}
