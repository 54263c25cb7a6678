package org.p2pvpn.overlay.node;

import java.util.concurrent.TimeUnit;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.noise.IdentityException;
import org.p2pvpn.noise.TimestampStore;
import org.p2pvpn.overlay.control.ControlException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node cannot shake hands without, from the folder where it is kept. */
final class StateFolder {
  private static final Logger LOG = LoggerFactory.getLogger(StateFolder.class);

  private StateFolder() {}

  /** Made by the first start. */
  static Identity identity(NodeConfig config) {
    try {
      return Identity.loadOrCreate(config.statePath().resolve("identity"));
    } catch (IdentityException e) {
      throw new ControlException(1, String.valueOf(e.getMessage()), "p2pvpn doctor");
    }
  }

  static TimestampStore timestamps(NodeConfig config) {
    return TimestampStore.open(
        config.statePath().resolve("timestamps"),
        TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()),
        trouble -> LOG.warn("{}", trouble));
  }
}
