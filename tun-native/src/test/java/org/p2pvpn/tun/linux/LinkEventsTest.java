package org.p2pvpn.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LinkEventsTest {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration BRIEF = Duration.ofMillis(20);

  @Test
  void aNewLinkAndANewAddressAreTold() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root for a namespace");
    String name = "lantest-" + ProcessHandle.current().pid();
    run("ip", "netns", "add", name);
    try {
      LinkEvents events = NetworkNamespace.inside(Path.of("/run/netns", name), LinkEvents::open);
      try (events) {
        assertThat(events.await(BRIEF)).isFalse();
        run("ip", "-n", name, "link", "add", "dummy0", "type", "bridge");
        assertThat(events.await(SOON)).isTrue();
        while (events.await(Duration.ofMillis(300))) {
          // The link's own addresses and state follow.
        }
        run("ip", "-n", name, "addr", "add", "192.0.2.1/24", "dev", "dummy0");
        assertThat(events.await(SOON)).isTrue();
      }
    } finally {
      run("ip", "netns", "del", name);
    }
  }

  @Test
  void aClosedOneTellsNothing() {
    LinkEvents events = LinkEvents.open();
    events.close();
    assertThat(events.await(BRIEF)).isFalse();
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
