/** What a relay carries for others: who is before it, who comes next, and how much. */
@NullMarked
package org.p2pvpn.overlay.circuit;

import org.jspecify.annotations.NullMarked;
