/**
 * Names of nodes as this host's programs ask for them: a small DNS server on the tunnel's own
 * address. It answers for {@code .p2p} and for overlay addresses, out of a table that control
 * replaces whole; what else it is asked it hands on or refuses.
 */
@NullMarked
package org.p2pvpn.overlay.names;

import org.jspecify.annotations.NullMarked;
