/** THE PACKET'S WAY. OutboundPath and InboundPath are to be read from top to bottom. */
@NullMarked
package org.p2pvpn.overlay.dataplane;

import org.jspecify.annotations.NullMarked;
