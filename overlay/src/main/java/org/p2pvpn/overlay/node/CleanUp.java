package org.p2pvpn.overlay.node;

import java.util.ArrayList;
import java.util.List;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.host.Host;
import org.p2pvpn.overlay.host.HostException;

/** Takes back what a daemon that is gone left on the host. Idempotent. */
public final class CleanUp {
  private CleanUp() {}

  /**
   * {@code keepKillSwitch} leaves the host's other traffic blocked.
   *
   * @return a line for each obstacle; empty when everything is as it was
   */
  public static List<String> run(NodeConfig config, boolean keepKillSwitch) {
    List<String> lines = new ArrayList<>();
    try {
      Host host = Host.open(config.statePath(), lines::add);
      lines.addAll(keepKillSwitch ? host.undoAllButKillSwitch() : host.undoAll());
    } catch (HostException e) {
      throw new ControlException(1, String.valueOf(e.getMessage()), e.next());
    }
    return lines;
  }
}
