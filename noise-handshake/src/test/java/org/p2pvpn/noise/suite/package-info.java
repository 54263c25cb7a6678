/** The primitives against published vectors and against the JDK's. */
@NullMarked
package org.p2pvpn.noise.suite;

import org.jspecify.annotations.NullMarked;
