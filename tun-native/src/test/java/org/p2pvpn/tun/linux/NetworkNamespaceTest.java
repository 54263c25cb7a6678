package org.p2pvpn.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.p2pvpn.tun.Tun;
import org.p2pvpn.tun.TunException;
import org.p2pvpn.tun.TunOffloads;

class NetworkNamespaceTest {
  @Test
  void saysWhichNamespaceCannotBeEntered() {
    assertThatThrownBy(() -> NetworkNamespace.inside(Path.of("/run/netns/no-such"), () -> 1))
        .isInstanceOf(TunException.class)
        .hasMessageContaining("/run/netns/no-such: cannot enter this namespace: ENOENT");
  }

  @Test
  void aDeviceIsMadeThereAndHeldHere() {
    try (Namespace there = new Namespace()) {
      Tun tun =
          NetworkNamespace.inside(
              Path.of("/run/netns", there.name()),
              () -> LinuxTun.open("there0", 1500, 1, TunOffloads.NONE));
      assertThat(Namespace.run("ip", "-n", there.name(), "-o", "link")).contains("there0");
      assertThat(Namespace.run("ip", "-o", "link")).doesNotContain("there0");
      assertThat(tun.queues().getFirst().fd()).isPositive();
      tun.close();
      assertThat(Namespace.run("ip", "-n", there.name(), "-o", "link")).doesNotContain("there0");
    }
  }

  @Test
  void whatTheTaskThrowsComesOut() {
    try (Namespace there = new Namespace()) {
      assertThatThrownBy(
              () ->
                  NetworkNamespace.inside(
                      Path.of("/run/netns", there.name()),
                      () -> {
                        throw new IllegalArgumentException("mine");
                      }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("mine");
    }
  }
}
