/** Counters, one catalogue of them, and how they are read. */
@NullMarked
package org.p2pvpn.overlay.telemetry;

import org.jspecify.annotations.NullMarked;
