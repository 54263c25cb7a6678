/**
 * Leaving the overlay: what an exit's clients may reach, and the addresses it lends them.
 *
 * <p>Pure: renders rules and hands out leases, and does no I/O. The rules are put in force by
 * {@code host}, through {@code node}; this package knows neither.
 */
@NullMarked
package org.p2pvpn.overlay.exit;

import org.jspecify.annotations.NullMarked;
