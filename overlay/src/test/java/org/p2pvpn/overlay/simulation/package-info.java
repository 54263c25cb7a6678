/** Several real nodes in one JVM over loopback UDP, without TUN, rights or host changes. */
@NullMarked
package org.p2pvpn.overlay.simulation;

import org.jspecify.annotations.NullMarked;
