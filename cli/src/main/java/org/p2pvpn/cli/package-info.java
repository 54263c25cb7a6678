/** The commands. */
@NullMarked
package org.p2pvpn.cli;

import org.jspecify.annotations.NullMarked;
