/** Claims about the handshake, one a test. */
@NullMarked
package org.p2pvpn.noise;

import org.jspecify.annotations.NullMarked;
