/**
 * The Linux kernel's TUN device through JNA. Opened in the network namespace of the calling thread:
 * the process's own, or another's by {@link org.p2pvpn.tun.linux.NetworkNamespace}.
 */
@NullMarked
package org.p2pvpn.tun.linux;

import org.jspecify.annotations.NullMarked;
