/** The parts of a TUN device that need no kernel. */
@NullMarked
package org.p2pvpn.tun;

import org.jspecify.annotations.NullMarked;
