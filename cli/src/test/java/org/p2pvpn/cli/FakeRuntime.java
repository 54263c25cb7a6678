package org.p2pvpn.cli;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.p2pvpn.cli.DoctorProbe.Finding;
import org.p2pvpn.cli.DoctorProbe.Level;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.control.NetcheckReport;
import org.p2pvpn.overlay.control.NodeControl;
import org.p2pvpn.overlay.control.PathControl;
import org.p2pvpn.overlay.control.PeerReport;
import org.p2pvpn.overlay.control.StatusReport;
import org.p2pvpn.overlay.node.NodeConfig;

/** A node without packets; its name says how it behaves. */
final class FakeRuntime implements NodeRuntime {
  static final String INVITE = "p2pvpn://KEYS@192.0.2.1:28790?token=TOKEN";

  volatile int changes;
  volatile List<String> obstacles = List.of();
  volatile boolean keptKillSwitch;
  volatile Level probeLevel = Level.OK;

  @Override
  public Running start(NodeConfig config, Stages stages) {
    if (config.name().equals("busy")) {
      throw new ControlException(1, "UDP port 28790 is in use", "p2pvpn up --listen 0");
    }
    stages.stage("identity", "k7..q2 (new)");
    Node node = new Node(config.name().equals("lonely") ? "connecting" : "up");
    return new Running() {
      @Override
      public NodeControl control() {
        return node;
      }

      @Override
      public void awaitStop() throws InterruptedException {
        node.stop.await();
      }

      @Override
      public void close() {
        node.stop();
      }
    };
  }

  @Override
  public List<String> plan(NodeConfig config) {
    return List.of("[#] ip link add " + config.interfaceName());
  }

  @Override
  public List<String> cleanUp(NodeConfig config, boolean keepKillSwitch) {
    keptKillSwitch = keepKillSwitch;
    changes = 0;
    return obstacles;
  }

  @Override
  public int changesInForce(NodeConfig config) {
    return changes;
  }

  @Override
  public List<DoctorProbe> probes(NodeConfig config) {
    return List.of(
        new DoctorProbe() {
          @Override
          public String name() {
            return "nft";
          }

          @Override
          public Finding probe() {
            return new Finding(
                probeLevel,
                "nft is " + probeLevel,
                probeLevel == Level.OK ? "" : "apt-get install nftables");
          }
        });
  }

  /** What the admin server asks. */
  static final class Node implements NodeControl {
    final CountDownLatch stop = new CountDownLatch(1);
    volatile String state;

    Node(String state) {
      this.state = state;
    }

    @Override
    public StatusReport status() {
      return new StatusReport(
          1,
          "0.1.0",
          state,
          "alice",
          "0123456789abcdef".repeat(4),
          "p2p0",
          1420,
          List.of("fd70::1"),
          List.of(),
          "0.0.0.0:28790",
          "",
          "off",
          false,
          false,
          0,
          3,
          peers(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          0,
          List.of(),
          Map.of("sent", 1L));
    }

    @Override
    public List<PeerReport> peers() {
      return List.of(
          new PeerReport(
              "bob",
              "fedc".repeat(16),
              "connected",
              "192.0.2.1:1",
              List.of("fd70::2"),
              "config",
              "peer",
              "direct",
              "",
              "",
              1,
              0.5,
              0,
              10,
              20));
    }

    @Override
    public String invite(Duration life, boolean reusable) {
      if (state.equals("connecting")) {
        throw new ControlException(1, "this host has no address", "ip address");
      }
      return INVITE;
    }

    @Override
    public long ping(String node, Duration timeout) {
      if (node.startsWith("\"")) {
        throw new ControlException(1, "no peer is called " + node, "p2pvpn peers");
      }
      return node.equals("bob") ? 2_000_000 : -1;
    }

    @Override
    public NetcheckReport netcheck() {
      return new NetcheckReport(28_790, "works", List.of(), peers(), 0);
    }

    @Override
    public PathControl paths() {
      return PathControl.none();
    }

    @Override
    public void stop() {
      stop.countDown();
    }
  }
}
