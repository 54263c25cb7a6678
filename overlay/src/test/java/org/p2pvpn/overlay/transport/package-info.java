@NullMarked
package org.p2pvpn.overlay.transport;

import org.jspecify.annotations.NullMarked;
