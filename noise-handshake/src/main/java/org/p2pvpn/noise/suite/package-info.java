/**
 * The primitives, and the only code that names noise-java or Bouncy Castle. Public because {@code
 * org.p2pvpn.noise} is another package; nobody else calls it.
 *
 * <p>Bouncy Castle's lightweight classes and never its provider: registering one makes the JCA scan
 * it, which a daemon that must shake hands within a second of its start cannot afford.
 *
 * <p>Measured (JDK 25, one cold start, 2 shared cores): the first Bouncy Castle class costs 260 to
 * 310 ms out of the signed jar and 40 ms out of the same jar without META-INF/BCRSA204.*, since the
 * JVM verifies the whole manifest; the JCA asks for that signature only of a registered provider.
 * All else up to the first initiation takes 100 ms. So a package should carry the jar unsigned.
 */
@NullMarked
package org.p2pvpn.noise.suite;

import org.jspecify.annotations.NullMarked;
