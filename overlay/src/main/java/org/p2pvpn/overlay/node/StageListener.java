package org.p2pvpn.overlay.node;

/** Told about each step of a start as it is done, for a person to watch. */
@FunctionalInterface
public interface StageListener {
  void stage(String name, String detail);
}
