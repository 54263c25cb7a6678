package org.p2pvpn.overlay.node;

import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.host.HostException;
import org.p2pvpn.overlay.identity.AddressSyntaxException;
import org.p2pvpn.overlay.transport.TransportException;
import org.p2pvpn.tun.TunException;

/** Each part's own exception becomes the one sentence, exit code and next command of a person. */
final class Failures {
  private static final int MISSING_REQUIREMENT = 69;
  private static final int USAGE = 2;

  private Failures() {}

  static RuntimeException forOperator(RuntimeException failure) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case TunException _ -> new ControlException(MISSING_REQUIREMENT, message, "p2pvpn doctor");
      case TransportException _ ->
          new ControlException(1, message, "p2pvpn up --listen PORT, or: ss -lunp");
      case HostException e -> new ControlException(1, message, e.next());
      case AddressSyntaxException _ -> new ControlException(USAGE, message, "p2pvpn invite");
      default -> failure;
    };
  }
}
