/** Decides: peers, sessions, routes, leases; the data plane knows nothing of it. */
@NullMarked
package org.p2pvpn.overlay.control;

import org.jspecify.annotations.NullMarked;
