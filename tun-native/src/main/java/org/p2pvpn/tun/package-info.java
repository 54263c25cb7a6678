/**
 * One TUN device: open, read, write, close; super-packets split and joined. Knows no protocol of
 * ours.
 */
@NullMarked
package org.p2pvpn.tun;

import org.jspecify.annotations.NullMarked;
