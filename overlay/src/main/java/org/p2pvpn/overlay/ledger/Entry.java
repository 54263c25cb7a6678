package org.p2pvpn.overlay.ledger;

/**
 * An observation with its time.
 *
 * @param atMillis wall time, since entries outlive the process; not always ascending
 */
public record Entry(long atMillis, Observation what) {}
