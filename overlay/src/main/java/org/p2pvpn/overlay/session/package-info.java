/** What a handshake leaves behind: epochs, counters, replay window, allowed sources, timers. */
@NullMarked
package org.p2pvpn.overlay.session;

import org.jspecify.annotations.NullMarked;
