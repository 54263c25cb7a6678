package org.p2pvpn.cli;

import org.p2pvpn.overlay.control.ControlException;

/** TEMP: the coordinator puts the adapter to OverlayNode here. */
final class Wiring {
  private Wiring() {}

  @SuppressWarnings("DoNotCallSuggester")
  static NodeRuntime runtime() {
    throw new ControlException(1, "this build has no node", "");
  }
}
