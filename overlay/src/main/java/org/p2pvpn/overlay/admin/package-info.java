/**
 * The local socket: the only way in for the command line. Renders everything, text too, so that the
 * client stays thin. Knows {@link org.p2pvpn.overlay.control} and nothing below it.
 */
@NullMarked
package org.p2pvpn.overlay.admin;

import org.jspecify.annotations.NullMarked;
