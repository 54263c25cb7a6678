/** The real kernel, in a private network namespace; skipped aloud without root or a TUN driver. */
@NullMarked
package org.p2pvpn.tun.linux;

import org.jspecify.annotations.NullMarked;
