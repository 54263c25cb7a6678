package org.p2pvpn.cli;

import java.util.ArrayList;
import java.util.List;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.control.NodeControl;
import org.p2pvpn.overlay.host.FirewallCheck;
import org.p2pvpn.overlay.host.Host;
import org.p2pvpn.overlay.host.HostCommands;
import org.p2pvpn.overlay.host.HostException;
import org.p2pvpn.overlay.host.Requirements;
import org.p2pvpn.overlay.node.CleanUp;
import org.p2pvpn.overlay.node.DryRun;
import org.p2pvpn.overlay.node.NodeConfig;
import org.p2pvpn.overlay.node.OverlayNode;

/** The real node and the real host behind the commands. */
final class OverlayRuntime implements NodeRuntime {
  @Override
  public Running start(NodeConfig config, Stages stages) {
    for (Requirements.Requirement missing : Requirements.missing(new HostCommands())) {
      throw new ControlException(
          Exit.MISSING_REQUIREMENT, missing.name() + ": " + missing.sentence(), missing.next());
    }
    return new Started(OverlayNode.start(config, stages::stage));
  }

  @Override
  public List<String> plan(NodeConfig config) {
    return DryRun.commands(config);
  }

  @Override
  public List<String> cleanUp(NodeConfig config, boolean keepKillSwitch) {
    return CleanUp.run(config, keepKillSwitch);
  }

  @Override
  public int changesInForce(NodeConfig config) {
    try {
      return Host.open(config.statePath(), _ -> {}).changes().size();
    } catch (HostException e) {
      throw new ControlException(Exit.FAILURE, String.valueOf(e.getMessage()), e.next());
    }
  }

  @Override
  public List<DoctorProbe> probes(NodeConfig config) {
    HostCommands commands = new HostCommands();
    List<DoctorProbe> probes = new ArrayList<>();
    for (Requirements.Requirement requirement : Requirements.check(commands)) {
      probes.add(
          new Known(
              requirement.name(),
              new DoctorProbe.Finding(
                  requirement.met() ? DoctorProbe.Level.OK : DoctorProbe.Level.MISSING,
                  requirement.sentence(),
                  requirement.next())));
    }
    List<FirewallCheck.Obstacle> obstacles =
        FirewallCheck.check(
            commands, config.interfaceName(), config.listenPort(), config.serveExit() != null);
    for (FirewallCheck.Obstacle obstacle : obstacles) {
      probes.add(
          new Known(
              "firewall",
              new DoctorProbe.Finding(
                  DoctorProbe.Level.WARNING, obstacle.sentence(), obstacle.next())));
    }
    if (obstacles.isEmpty()) {
      probes.add(
          new Known("firewall", DoctorProbe.Finding.ok("no rule found that would block us")));
    }
    return probes;
  }

  private record Known(String name, Finding finding) implements DoctorProbe {
    @Override
    public Finding probe() {
      return finding;
    }
  }

  private record Started(OverlayNode node) implements Running {
    @Override
    public NodeControl control() {
      return node.control();
    }

    @Override
    public void awaitStop() throws InterruptedException {
      node.awaitStop();
    }

    @Override
    public void close() {
      node.close();
    }
  }
}
