/**
 * What this node measured of others, written down: an append-only journal of {@link
 * org.p2pvpn.overlay.ledger.Observation}s, and what they add up to for each node. It judges nobody:
 * trust is computed from it elsewhere, and can be computed again.
 *
 * <p>Any control thread may append; one thread of the ledger's own does everything else. Never
 * called by a data thread. Chronicle Queue is named in one class, {@code ChronicleJournal}.
 */
@NullMarked
package org.p2pvpn.overlay.ledger;

import org.jspecify.annotations.NullMarked;
