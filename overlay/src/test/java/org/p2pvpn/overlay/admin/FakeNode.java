package org.p2pvpn.overlay.admin;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.control.NetcheckReport;
import org.p2pvpn.overlay.control.NodeControl;
import org.p2pvpn.overlay.control.PathControl;
import org.p2pvpn.overlay.control.PeerReport;
import org.p2pvpn.overlay.control.StatusReport;

/** A node with one peer, bob, and no packets. */
final class FakeNode implements NodeControl {
  static final String ID = "0123456789abcdef".repeat(4);

  volatile String state = "up";
  volatile boolean stopped;
  volatile boolean broken;

  @Override
  public StatusReport status() {
    if (broken) {
      throw new IllegalStateException("ours");
    }
    return new StatusReport(
        1,
        "0.1.0",
        state,
        "alice",
        ID,
        "p2p0",
        1420,
        List.of("fd70::1", "240.0.0.1"),
        List.of(),
        "0.0.0.0:28790",
        "",
        "off",
        false,
        true,
        2,
        90,
        peers(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        0,
        List.of("a \u001b[31mred\u001b[0m"),
        Map.of("sent", 1L));
  }

  @Override
  public List<PeerReport> peers() {
    return List.of(
        new PeerReport(
            "bob",
            ID,
            "connected",
            "192.0.2.1:28790",
            List.of("fd70::2", "240.0.0.2"),
            "config",
            "peer",
            "relayed",
            "carol",
            "no call has come through yet",
            5,
            1.5,
            1400,
            1_234_567,
            89));
  }

  @Override
  public String invite(Duration life, boolean reusable) {
    return "p2pvpn://KEYS@192.0.2.1:28790?token=" + life.toSeconds() + reusable;
  }

  @Override
  public long ping(String node, Duration timeout) {
    return switch (node) {
      case "bob" -> 1_500_000;
      case "deaf" -> {
        try {
          Thread.sleep(timeout);
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
        }
        yield -1;
      }
      default -> throw new ControlException(1, "no peer is called " + node, "p2pvpn peers");
    };
  }

  @Override
  public NetcheckReport netcheck() {
    return new NetcheckReport(
        28_790,
        "works",
        List.of(
            new NetcheckReport.Family(
                "IPv6", "absent", List.of(), "unknown", "not known", "", List.of()),
            new NetcheckReport.Family(
                "IPv4",
                "works",
                List.of("192.168.1.2:28790"),
                "endpoint_independent",
                "one port for all",
                "192.0.2.7:4000",
                List.of(
                    new NetcheckReport.Seen("bob", "192.0.2.7:4000"),
                    new NetcheckReport.Seen("liar", "192.0.2.66:53")))),
        peers(),
        1);
  }

  @Override
  public PathControl paths() {
    return PathControl.none();
  }

  @Override
  public void stop() {
    stopped = true;
  }
}
