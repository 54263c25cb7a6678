package org.p2pvpn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.p2pvpn.overlay.control.ControlException;

/** Whether this process may change the host's network. */
final class Privileges {
  /** CAP_NET_ADMIN of capabilities(7). */
  private static final int CAP_NET_ADMIN = 12;

  private Privileges() {}

  static void require(String command) {
    if (!mayChangeHost()) {
      throw new ControlException(
          Exit.NEEDS_ROOT,
          "needs root (or the capability CAP_NET_ADMIN)",
          "sudo p2pvpn " + command);
    }
  }

  static boolean mayChangeHost() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("CapEff:")) {
          long effective = Long.parseUnsignedLong(line.substring(7).strip(), 16);
          return (effective >>> CAP_NET_ADMIN & 1) == 1;
        }
      }
    } catch (IOException | NumberFormatException _) {
      // No /proc: what needs the right will say so itself.
    }
    return true;
  }
}
