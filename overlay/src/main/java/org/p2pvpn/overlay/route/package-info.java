/** Which session an inner destination belongs to. */
@NullMarked
package org.p2pvpn.overlay.route;

import org.jspecify.annotations.NullMarked;
