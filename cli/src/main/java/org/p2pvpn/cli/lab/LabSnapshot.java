package org.p2pvpn.cli.lab;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is shown at one moment.
 *
 * @param nodes daemons that were started for what is shown
 * @param siteSaw the addresses the site was asked from since the tunnel was on
 * @param before what alice's uplink carried before her kill switch closed
 * @param since and since then
 * @param hops of the path in use, the guard first
 * @param circuit what happened to the circuits, when that is over
 */
record LabSnapshot(
    long elapsedMillis,
    int nodes,
    List<Flow.Shown> flows,
    List<String> siteSaw,
    UplinkCounter.Count before,
    UplinkCounter.Count since,
    List<Check> checks,
    List<HopTimes.Shown> hops,
    @Nullable CircuitFacts circuit) {
  LabSnapshot with(@Nullable CircuitFacts facts) {
    return new LabSnapshot(
        elapsedMillis, nodes, flows, siteSaw, before, since, checks, hops, facts);
  }

  LabSnapshot with(List<HopTimes.Shown> times) {
    return new LabSnapshot(
        elapsedMillis, nodes, flows, siteSaw, before, since, checks, times, circuit);
  }
}
