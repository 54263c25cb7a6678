/** Our bytes on UDP: message types, offsets, control messages. */
@NullMarked
package org.p2pvpn.overlay.wire;

import org.jspecify.annotations.NullMarked;
