/** Splitting and joining, checked by an independent slow checksum, by each other, by fuzzing. */
@NullMarked
package org.p2pvpn.tun.segment;

import org.jspecify.annotations.NullMarked;
