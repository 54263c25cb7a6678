/**
 * Super-packets cut into segments and joined again, as Linux itself does it (GSO and GRO). Pure
 * functions over bytes: no device, no clock, no thread.
 */
@NullMarked
package org.p2pvpn.tun.segment;

import org.jspecify.annotations.NullMarked;
