/**
 * Beacons: how nodes on one link find each other without anybody else.
 *
 * <p>A beacon says who sends it and at which port it is called; the address is the datagram's own
 * and is signed with the rest. Only whoever knows the sender's key, or the network's, can read it:
 * to others it is noise that is new each time. No socket, no clock and no thread.
 */
@NullMarked
package org.p2pvpn.overlay.discovery.lan;

import org.jspecify.annotations.NullMarked;
