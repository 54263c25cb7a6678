package org.p2pvpn.overlay.control;

import java.time.Duration;
import java.util.List;

/**
 * What a running node can be asked about the way of its traffic. As {@link NodeControl}: from any
 * thread, and an operator's mistake is a {@link ControlException}.
 */
public interface PathControl {
  /** How the present paths were chosen, of each class of traffic that has some; never empty. */
  List<PathReport> explain();

  /** Nodes that say of themselves that they are exits. */
  List<ExitReport> exits();

  /** Moves to another path, if there is one. */
  void renew();

  /** This path from now on: names of nodes, guard first and exit last; until {@link #renew}. */
  void set(List<String> names);

  /** An echo of every hop of the path in use; of one where {@code only} is its number, from 1. */
  TraceReport trace(int only, Duration timeout);

  /** Of a node that uses no exit and knows of none. */
  static PathControl none() {
    return new PathControl() {
      @Override
      public List<PathReport> explain() {
        return List.of(new PathReport("default", 0, "", 0, "no exit is in use", List.of()));
      }

      @Override
      public List<ExitReport> exits() {
        return List.of();
      }

      @Override
      public void renew() {
        throw new ControlException(4, "no exit is in use", "p2pvpn up --exit PEER");
      }

      @Override
      public void useExit(String exit) {
        renew();
      }

      @Override
      public void set(List<String> names) {
        renew();
      }

      @Override
      public TraceReport trace(int only, Duration timeout) {
        throw new ControlException(4, "no exit is in use", "p2pvpn up --exit PEER --hops 2");
      }
    };
  }

  /** Another exit: a peer, or a country's two letters. Only where an exit is in use. */
  void useExit(String exit);
}
