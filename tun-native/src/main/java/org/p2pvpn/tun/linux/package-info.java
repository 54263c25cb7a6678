/** The Linux kernel's TUN device through JNA. Opened in the network namespace of the process. */
@NullMarked
package org.p2pvpn.tun.linux;

import org.jspecify.annotations.NullMarked;
