/** What moves: inner IP packets and the verdict on each. */
@NullMarked
package org.p2pvpn.overlay.packet;

import org.jspecify.annotations.NullMarked;
