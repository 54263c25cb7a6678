package org.p2pvpn.cli.lab;

import java.util.List;

/**
 * What is shown at one moment.
 *
 * @param siteSaw the addresses the site was asked from since the tunnel was on
 * @param before what alice's uplink carried before her kill switch closed
 * @param since and since then
 */
record LabSnapshot(
    long elapsedMillis,
    List<Flow.Shown> flows,
    List<String> siteSaw,
    UplinkCounter.Count before,
    UplinkCounter.Count since,
    List<Check> checks) {}
