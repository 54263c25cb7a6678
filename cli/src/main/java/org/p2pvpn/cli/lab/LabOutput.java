package org.p2pvpn.cli.lab;

import java.util.List;

/** How a lab is shown. One thread. */
interface LabOutput {
  /** Reached a point of the start, or found a check right. */
  void stage(long elapsedMillis, Check check);

  /** Something a reader wants to know that is neither right nor wrong. */
  void note(String sentence);

  void show(LabSnapshot snapshot);

  void end(LabSnapshot last, List<Check> checks, boolean passed);
}
