package org.p2pvpn.cli;

import java.util.List;
import org.p2pvpn.overlay.control.NodeControl;
import org.p2pvpn.overlay.node.NodeConfig;

/** What the commands need of a node and of the host; tests have their own. */
public interface NodeRuntime {
  /**
   * Starts a node; returns when it can be asked.
   *
   * @throws org.p2pvpn.overlay.control.ControlException with nothing left on the host
   */
  Running start(NodeConfig config, Stages stages);

  /** Every host command {@link #start} would run, in order; changes nothing. */
  List<String> plan(NodeConfig config);

  /**
   * Undoes what a dead daemon left on the host; idempotent.
   *
   * @param keepKillSwitch leaves the host's other traffic blocked
   * @return a line for each obstacle; empty when everything is as it was
   */
  List<String> cleanUp(NodeConfig config, boolean keepKillSwitch);

  /** How many changes to the host its journal says are in force. */
  int changesInForce(NodeConfig config);

  /** Checks of the host; each changes nothing. */
  List<DoctorProbe> probes(NodeConfig config);

  /** A node that runs in this process. */
  interface Running extends AutoCloseable {
    NodeControl control();

    /** Until somebody asked it to stop. */
    void awaitStop() throws InterruptedException;

    /** Undoes what it did to the host; idempotent. */
    @Override
    void close();
  }

  /** Told what the start has reached, as {@code ✔ name detail}. */
  interface Stages {
    void stage(String name, String detail);
  }
}
