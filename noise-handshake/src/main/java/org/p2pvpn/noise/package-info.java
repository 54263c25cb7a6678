/** Keys in, keys out: the Noise handshake of two nodes. No socket, clock or thread. */
@NullMarked
package org.p2pvpn.noise;

import org.jspecify.annotations.NullMarked;
