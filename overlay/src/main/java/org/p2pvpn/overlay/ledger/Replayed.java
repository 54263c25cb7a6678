package org.p2pvpn.overlay.ledger;

/**
 * What a replay found.
 *
 * @param entries that were given to the consumer
 * @param unreadable that a later version wrote, or nobody
 * @param trouble why there is nothing to read, or empty
 */
public record Replayed(long entries, long unreadable, String trouble) {}
