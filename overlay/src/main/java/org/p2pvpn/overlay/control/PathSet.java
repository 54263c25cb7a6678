package org.p2pvpn.overlay.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What there is of one exit: the path in use, the spare, and who is to plan more. Shared by those
 * that build paths and those that leave them. Lives on the control thread.
 */
final class PathSet {
  final Avoided avoided = new Avoided();

  @Nullable Planner planner;

  /** Whom all paths lead to; its session goes by one of them. */
  @Nullable Peer exit;

  @Nullable CircuitPath active;
  @Nullable CircuitPath spare;

  /** To another exit, for the day on which this one dies. */
  @Nullable CircuitPath standby;

  /** Why there was no path when there was none last. */
  String trouble = "";

  /** Those of {@link #all}, and the one to another exit. */
  List<CircuitPath> withStandby() {
    List<CircuitPath> paths = all();
    Optional.ofNullable(standby).ifPresent(paths::add);
    return paths;
  }

  /** To the exit in use, by the one that is in use first. */
  List<CircuitPath> all() {
    List<CircuitPath> paths = new ArrayList<>(2);
    Optional.ofNullable(active).ifPresent(paths::add);
    Optional.ofNullable(spare).ifPresent(paths::add);
    return paths;
  }

  /** Whether traffic can go now. */
  boolean isOpen() {
    return active != null && active.isOpen();
  }
}
