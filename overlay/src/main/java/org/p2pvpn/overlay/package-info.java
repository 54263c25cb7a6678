/** The overlay. */
@NullMarked
package org.p2pvpn.overlay;

import org.jspecify.annotations.NullMarked;
