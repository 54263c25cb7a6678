/** Starts and stops a node; the only package that knows all others. */
@NullMarked
package org.p2pvpn.overlay.node;

import org.jspecify.annotations.NullMarked;
