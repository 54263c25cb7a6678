/**
 * The primitives, and the only code that names noise-java or Bouncy Castle. Public because {@code
 * org.p2pvpn.noise} is another package; nobody else calls it.
 *
 * <p>Bouncy Castle's lightweight classes and never its provider: registering one makes the JCA scan
 * it, which a daemon that must shake hands within a second of its start cannot afford.
 */
@NullMarked
package org.p2pvpn.noise.suite;

import org.jspecify.annotations.NullMarked;
