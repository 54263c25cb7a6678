package org.p2pvpn.cli.lab;

import java.util.List;

/**
 * What happened to the circuits.
 *
 * @param path guard first, exit last
 * @param killed the relay that was, with SIGKILL
 * @param silenceMillis the longest time without an answer around that
 * @param daemonMillis the silence after which alice's daemon moved, as it says itself
 * @param tcpBytesBefore what had come by the site's connection when the relay was killed
 * @param tcpBytesAfter and what had come by the same connection at the end
 */
record CircuitFacts(
    List<Hop> path,
    String killed,
    double silenceMillis,
    long packetsLost,
    long packetsSent,
    long daemonMillis,
    List<Hop> newPath,
    long tcpBytesBefore,
    long tcpBytesAfter) {
  /** One node of a path as alice's daemon tells. */
  record Hop(String name, String role, double rttMillis) {}
}
